"""`scripts/release.py` on a repository small enough to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

RELEASE = [
    sys.executable,
    "-c",
    "import pathlib, sys; sys.path.insert(0, sys.argv[1]); import release; sys.exit(release.main(sys.argv[3:], pathlib.Path(sys.argv[2])))",
    str(ROOT / "scripts"),
]


def git(root: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    return subprocess.run(["git", *settings, *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose version 0.1.0 is released and whose changelog has 0.2.0."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "Test")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "test@example.com")
    (tmp_path / "coobird").mkdir()
    (tmp_path / "coobird" / "__init__.py").write_text("def track(event: str) -> None: ...\n")
    (tmp_path / "coobird" / "_version.py").write_text('__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0 - 2026-01-01\n")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "tag", "--annotate", "v0.1.0", "--message", "coobird 0.1.0")
    return tmp_path


def change(project: Path, heading: str, code: str = "def track(event: str) -> None: ...\n") -> None:
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n## {heading}\n\n## 0.1.0 - 2026-01-01\n")
    (project / "coobird" / "__init__.py").write_text(code)
    git(project, "commit", "--quiet", "--all", "--message", "Change")


def release(project: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [*RELEASE, str(project), *arguments], cwd=project, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_release_sets_version_and_day_and_tags_its_commit(project: Path) -> None:
    change(project, "0.1.1 - unreleased")
    code, said = release(project, "0.1.1")
    assert code == 0, said
    assert (project / "coobird" / "_version.py").read_text() == '__version__ = "0.1.1"\n'
    assert "unreleased" not in (project / "CHANGELOG.md").read_text()
    assert git(project, "rev-list", "-n1", "v0.1.1") == git(project, "rev-parse", "HEAD")
    assert git(project, "status", "--porcelain") == ""


def test_a_change_that_breaks_code_needs_a_new_minor_version_before_1_0(project: Path) -> None:
    changed = "def track(event: str, agent: str) -> None: ...\n"
    change(project, "0.1.1 - unreleased", changed)
    code, said = release(project, "0.1.1")
    assert code == 1
    assert "agent" in said, said
    assert git(project, "tag") == "v0.1.0\n"
    change(project, "0.2.0 - unreleased", changed)
    assert release(project, "0.2.0")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "heading", "said"),
    [
        ((), "0.2.0 - unreleased", "Name the version"),
        (("0.2",), "0.2.0 - unreleased", "is no version"),
        (("v0.2.0",), "0.2.0 - unreleased", "is no version"),
        (("0.1.0",), "0.1.0 - unreleased", "released already"),
        (("0.0.9",), "0.0.9 - unreleased", "released already"),
        (("0.2.0",), "0.3.0 - unreleased", "has no heading"),
    ],
)
def test_a_release_that_cannot_be_right_changes_nothing(
    project: Path, arguments: tuple[str, ...], heading: str, said: str
) -> None:
    change(project, heading)
    before = git(project, "rev-parse", "HEAD")
    code, text = release(project, *arguments)
    assert code != 0
    assert said in text
    assert git(project, "rev-parse", "HEAD") == before
    assert git(project, "status", "--porcelain") == ""


def test_a_work_tree_with_changes_is_not_released(project: Path) -> None:
    change(project, "0.2.0 - unreleased")
    (project / "coobird" / "__init__.py").write_text("")
    code, said = release(project, "0.2.0")
    assert code == 1
    assert "Commit them first" in said
