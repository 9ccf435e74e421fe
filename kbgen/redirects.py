"""Pages at old addresses, which lead to where something stands now."""

import html

PAGE = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{name}</title>
<link rel="canonical" href="{address}">
<script>location.replace("{target}" + location.search + location.hash)</script>
<meta http-equiv="refresh" content="0; url={target}">
<p>{words}<a href="{target}">{name}</a></p>
</html>
"""
"""Relative, so that it works from a disk and below any path; with scripts the part after # stays, without them the rest does."""


def redirect(language: str, name: str, target: str, *, address: str = "", words: str = "") -> bytes:
    """A page that leads to `target`, a way from where it stands; `address` is the whole address, if it is known."""
    words = f"{html.escape(words)} " if words else ""
    return PAGE.format(language=language, name=html.escape(name), target=target, address=address or target, words=words).encode()
