"""The colours of pictures, and the style that carries them where no page sets any; knowing them loads no matplotlib."""

LIGHT = {
    "fg": "#2b2f36",
    "grid": "#d9dce1",
    "bg": "#fcfbf8",
    "c1": "#0b6bcb",
    "c2": "#b4541a",
    "c3": "#11795b",
    "c4": "#8e3fb3",
}
DARK = {
    "fg": "#dfe2e8",
    "grid": "#3c414c",
    "bg": "#15181e",
    "c1": "#6cb6ff",
    "c2": "#ffa65c",
    "c3": "#4fd1a1",
    "c4": "#d39bf0",
}


def palette() -> str:
    """The CSS that a picture carries for readers outside the site, where no page sets its colours."""
    light, dark = (";".join(f"--p-{name}:{value}" for name, value in scheme.items()) for scheme in (LIGHT, DARK))
    font = "font-family:system-ui,sans-serif"
    return f":root{{{light};{font}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
