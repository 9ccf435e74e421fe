"""What a published site needs to be read offline: a version, addresses that change with their content, worker, manifests, icons.

Every script and style of a page gets the hash of its content into its address, and every page the version of the site. A browser, a
proxy or the worker (assets/offline/sw.js) may therefore keep what it likes: parts of two versions have different addresses.
"""

import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path, PurePosixPath
from posixpath import normpath

from kbgen.cache import digest, files_below
from kbgen.errors import Problem, Problems
from kbgen.parts import Part

HERE = Path(__file__).parent
PARTS = HERE / "assets" / "offline"
LOADED = re.compile(rb' (href|src)="((?:(?:\.\./)+|/[^"?#:]*?)?assets/[^"?#:]+\.(?:css|js))"')
MANIFEST = re.compile(rb'(rel="manifest" href="[^"?]+)"')
NAMES = re.compile(r"^site_(name|description): *[\"']?(.*?)[\"']?$", re.MULTILINE)
SIGNS = 12
"""How many signs of a hash tell versions and parts apart."""
ICON_SIZES = (192, 512)
HOMES = {"zh": "index.html", "en": "en/index.html"}


def finish(site: Path, configs: Mapping[str, Path]) -> None:
    """Give a site that has just been put together its version and what a browser needs to keep it."""
    version = _version(site)
    parts = _stamp_pages(site, version)
    for language, config in configs.items():
        manifest = json.dumps(install(language, config.read_text(encoding="utf-8"), config.name), ensure_ascii=False)
        (site / f"manifest.{language}.webmanifest").write_text(manifest, encoding="utf-8")
        text = (PARTS / f"offline.{language}.html").read_text(encoding="utf-8").replace("{home}", HOMES[language])
        (site / f"offline.{language}.html").write_text(text, encoding="utf-8")
    worker = (PARTS / "sw.js").read_text(encoding="utf-8").replace("{version}", version)
    (site / "sw.js").write_text(worker, encoding="utf-8")
    files = _readable(site, parts, version)
    sizes = {"version": version, "megabytes": _megabytes(site, files)}
    (site / "version.json").write_text(json.dumps(sizes), encoding="utf-8")
    (site / "files.json").write_text(json.dumps({"version": version, "files": files}, ensure_ascii=False), encoding="utf-8")


def _version(site: Path) -> str:
    """A hash of every file that is published, and of what this module adds."""
    published = [(os.path.relpath(file, site), file) for file in files_below(site)]
    own = [(path.name, str(path)) for path in (*sorted(PARTS.iterdir()), Path(__file__))]
    found = hashlib.sha256()
    for name, file in published + own:
        content = Path(file).read_bytes()
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()[:SIGNS]


def _stamp_pages(site: Path, version: str) -> set[str]:
    """Write hashes and version into all pages. Returns the addresses of the parts that pages load."""
    hashes: dict[str, str] = {}

    def hash_of(path: str) -> str:
        if path not in hashes:
            hashes[path] = digest((site / path).read_bytes())[:SIGNS]
        return hashes[path]

    for page in site.rglob("*.html"):
        text = with_hashes(page.parent.relative_to(site).as_posix(), page.read_bytes(), hash_of)
        page.unlink()  # the file is a hard link to the host's rendering, which stays as it is
        page.write_bytes(MANIFEST.sub(rb'\1?v=%b"' % version.encode(), text, count=1))
    return {f"{path}?h={found}" for path, found in hashes.items()}


def with_hashes(folder: str, page: bytes, hash_of: Callable[[str], str]) -> bytes:
    """A page whose scripts and styles have a hash in their addresses, as `hash_of` makes it of their paths in the site."""

    def written(match: re.Match[bytes]) -> bytes:
        return b' %b="%b?h=%b"' % (match[1], match[2], hash_of(_inside(folder, match[2].decode())).encode())

    return LOADED.sub(written, page)


@cache
def _inside(folder: str, address: str) -> str:
    """The path in the site that an address on a page of this folder leads to; the page for lost readers has absolute ones."""
    if address.startswith("/"):
        return re.sub(r"^.*?/((?:en/)?assets/)", r"\1", address)
    return normpath(PurePosixPath(folder, address).as_posix())


def _readable(site: Path, parts: Iterable[str], version: str) -> list[str]:
    """The addresses of everything that readers can come to: pages, their parts, and what scripts load later."""
    known = {part.partition("?")[0] for part in parts}
    pages = [path.relative_to(site).as_posix() for path in site.rglob("*.html") if path.stem != "404"]
    scripts = [path.relative_to(site).as_posix() for path in site.rglob("*.js") if path.name != "sw.js"]
    icons = [path.relative_to(site).as_posix() for path in site.glob("**/assets/*.svg")]
    manifests = [f"{path.name}?v={version}" for path in site.glob("*.webmanifest")]
    return sorted([*pages, *parts, *icons, *manifests, *(f"{path}?v={version}" for path in scripts if path not in known)])


def _megabytes(site: Path, files: Iterable[str]) -> int:
    """About what a server that packs would send for these files, by every eighth of them: packing all takes a second."""
    paths = [site / file.partition("?")[0] for file in files]
    sample = [path.read_bytes() for path in paths[::8]]
    share = sum(len(zlib.compress(content, 1)) for content in sample) / max(1, sum(map(len, sample)))
    return max(1, round(share * sum(path.stat().st_size for path in paths) / 1e6))


def install(language: str, config: str, shown_as: str) -> dict[str, object]:
    """What a browser needs to install the site as a program, in one language; both share the scope."""
    words = dict(NAMES.findall(config))
    for word in ("name", "description"):
        if not words.get(word, "").strip():
            message = f"site_{word} is missing"
            raise Problems([Problem(shown_as, 1, message, "browsers show it where the site is installed as a program")])
    pictures = [{"src": "assets/favicon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    for size in ICON_SIZES:
        picture = {"src": f"assets/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        pictures += [{**picture, "purpose": purpose} for purpose in ("any", "maskable")]
    return {
        "name": words["name"], "short_name": words["name"].split()[0], "description": words["description"], "lang": language,
        "dir": "ltr", "start_url": HOMES[language], "scope": "./", "display": "minimal-ui",
        "theme_color": "#fcfbf8", "background_color": "#fcfbf8", "icons": pictures,
    }  # fmt: skip


def icons(folder: Path) -> Iterator[Part]:
    """The icons that devices cut to their own shapes, PNG, drawn from favicon.svg."""
    svg = (HERE / "assets" / "favicon.svg").read_text(encoding="utf-8")
    for size in ICON_SIZES:
        name = digest(svg, str(size), Path(__file__).read_bytes())
        yield Part(f"assets/icon-{size}.png", folder / f"{name}.png", partial(_draw, svg, size))


def _draw(svg: str, size: int) -> bytes:
    """The curve of the favicon on its ground, which fills the square; the curve stays inside the circle that no device cuts."""
    from io import BytesIO

    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.svgLib.path import parse_path
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    pen = RecordingPen()
    parse_path(re.search(r' d="([^"]+)"', svg)[1], pen)  # type: ignore[index]
    points = [point for _, given in pen.value for point in given]
    curve = Curve(points, [Curve.MOVETO, *[Curve.CURVE4] * (len(points) - 1)])
    ground, ink = re.findall(r'(?:fill|stroke)="(#\w+)"', svg)
    figure = Figure(figsize=(size / 100, size / 100), dpi=100, facecolor=ground)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-3, 35), ylim=(35, -3))
    axes.set_axis_off()
    axes.add_patch(PathPatch(curve, fill=False, edgecolor=ink, linewidth=3 / 38 * size * 0.72, capstyle="round"))
    buffer = BytesIO()
    figure.savefig(buffer, metadata={"Software": None})
    return buffer.getvalue()
