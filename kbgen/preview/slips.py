"""Errors of templates, of the extension and of kbgen itself in the words of an editor: the preview lives on."""

import traceback
from pathlib import Path

from jinja2 import TemplateSyntaxError

from kbgen.errors import Problem, Problems

OURS = Path(__file__).parent.parent
TEMPLATES = (".j2", ".html")


def explained(error: Exception, page: str) -> tuple[Problem, ...]:
    """What went wrong while the note `page` (a path from the root of the project) was made, with its place."""
    if isinstance(error, Problems):
        return error.problems
    if isinstance(error, TemplateSyntaxError):
        return (Problem(_shown(error.filename or error.name or page), error.lineno, error.message or "", "mend the template"),)
    frames = traceback.extract_tb(error.__traceback__)
    said = f"{type(error).__name__}: {error}"
    if template := next((frame for frame in reversed(frames) if frame.filename.endswith(TEMPLATES)), None):
        return (Problem(_shown(template.filename), template.lineno or 1, said, "mend the template"),)
    if type(error).__name__ == "PageError":  # of the extension, which this package does not know: its words begin with the page
        return (Problem(page, 1, str(error).partition(": ")[2] or str(error), "mend the note"),)
    place = next((frame for frame in reversed(frames) if str(OURS) in frame.filename), frames[-1])
    return (
        Problem(_shown(place.filename), place.lineno or 1, f"{said} (met in {page})", "this is a slip in kbgen itself: report it"),
    )


def _shown(file: str) -> str:
    """A file of kbgen as editors call it."""
    path = Path(file)
    return path.relative_to(OURS.parent).as_posix() if path.is_relative_to(OURS.parent) else path.name
