"""Form of the project's prose: the first word of each docstring, and the width of lines.

Prose is a docstring, a comment that has its line to itself, and a Markdown page without its tables
and code.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]

# With one of these in front, a reader must turn the sentence round before he knows its subject.
QUESTION_WORDS = {"What", "Who", "Whoever", "Where", "Which", "Whether", "How", "Those", "Whose"}
MAX_PROSE_COLUMNS = 100

COMMENTED = (".sh", ".toml", ".yaml", ".yml", ".jinja", "Makefile", "run")
# The generator lays these out by templates of its own. Its users know its texts; ours are
# elsewhere.
LAID_OUT_BY_THE_GENERATOR = re.compile(
    r"(generated/coobird_api|tests/project/golden/expected)/(client|errors|api/\w+/(?!__init__)\w+)\.py"
)


@cache
def files() -> list[str]:
    """Every file of the project, by its path from the top."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    found = listed.stdout.splitlines() if listed.returncode == 0 else [str(path.relative_to(ROOT)) for path in walk()]
    return [name for name in found if (ROOT / name).is_file() and not LAID_OUT_BY_THE_GENERATOR.match(name)]


def walk() -> Iterator[Path]:
    """The same where the project is no checkout, as in an unpacked sdist."""
    for path in ROOT.rglob("*"):
        if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts):
            yield path


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Each docstring, those of attributes too, with the line that it begins on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def prose_of_python(source: str) -> Iterator[int]:
    """Lines of docstrings (those of attributes too) and of comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#"):
            yield token.start[0]


def prose_of_markdown(source: str) -> Iterator[int]:
    is_code = False
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and not line.lstrip().startswith("|"):
            yield number


def prose_of_comments(source: str) -> Iterator[int]:
    """Lines that are a comment, in a file whose comments begin with `#` or `{#`."""
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith(("#", "{#")):
            yield number


def prose_of_contract(source: str) -> Iterator[int]:
    """All lines of a contract without lists of field names: the other long ones are texts."""
    for number, line in enumerate(source.splitlines(), 1):
        if not re.fullmatch(r"[\w\s\[\],:-]+", line):
            yield number


def prose(name: str, source: str) -> Iterator[int]:
    if name.endswith(".py"):
        return prose_of_python(source)
    if name.endswith(".md"):
        return prose_of_markdown(source)
    if name.endswith("yaml") and source.startswith("openapi:"):
        return prose_of_contract(source)
    return prose_of_comments(source) if name.endswith(COMMENTED) else iter(())


def is_too_wide(line: str) -> bool:
    # A link or a path has no place to break at.
    return len(line) > MAX_PROSE_COLUMNS and len(max(re.split(r"[\s()]", line), key=len)) < MAX_PROSE_COLUMNS - 20


def test_no_docstring_begins_with_a_question_word() -> None:
    found = [
        f"{name}:{line} {text.splitlines()[0]}"
        for name in files()
        if name.endswith(".py")
        for line, text in docstrings((ROOT / name).read_text("utf-8"))
        if text.split()[0].strip(",:;.") in QUESTION_WORDS
    ]
    assert found == []


def test_no_line_of_prose_is_wider_than_100_columns() -> None:
    found = []
    for name in files():
        if not name.endswith((".py", ".md", *COMMENTED)):
            continue
        source = (ROOT / name).read_text("utf-8")
        lines = source.splitlines()
        found += [f"{name}:{number}" for number in sorted(set(prose(name, source))) if is_too_wide(lines[number - 1])]
    assert found == []


def test_the_words_of_each_kind_of_file_are_found() -> None:
    python = '"""Module.\n\nMore.\n"""\nA = 1\n"""Attribute."""\n\n\ndef f():  # behind code\n    # alone\n    """Function."""\n'
    assert sorted(set(prose_of_python(python))) == [1, 2, 3, 4, 6, 10, 11]
    assert [line for line, _ in docstrings(python)] == [1, 6, 11]
    assert list(prose_of_markdown("text\n```\ncode\n```\n| table |\ntext\n")) == [1, 6]
    assert list(prose_of_comments("# one\nname = 1  # behind\n  # two\n")) == [1, 3]
    assert is_too_wide("word " * 21)
    assert not is_too_wide("see https://example.com/" + "x" * 100)
