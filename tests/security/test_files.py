"""Files can be read by their owner only, and no file that is read can run code."""

from __future__ import annotations

import ast
import stat
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.spool import open_spool, program

PACKAGES = [ROOT / "coobird", ROOT / "generated" / "coobird_api"]


@pytest.mark.parametrize("umask", ["000", "022", "077", "277", "777"])
def test_the_files_of_a_spool_are_for_their_owner_only_whatever_the_umask(umask: str, tmp_path: Path) -> None:
    source = """
        from coobird._delivery.spool import opening
        os.umask(int(sys.argv[2], 8))
        spool = open_spool(sys.argv[1])
        for event in numbered(0, 50): spool.append(event)
        spool.adopt()
        assert not spool.problems, list(spool.problems)
        opening.suspect(sys.argv[1], spool._file.share.salt)
        other = open_spool(sys.argv[1])
        other.append(b"{}")
        opening.suspect(sys.argv[1], b"none")
        names = sorted(Path(sys.argv[1]).parent.iterdir())
        print(len(names), {oct(file.stat().st_mode & 0o777) for file in names})
    """
    with program(source, tmp_path / "usage.db", umask) as writer:
        count, modes = writer.line().split(" ", 1)
    assert modes == "{'0o600'}"
    # The file, the one set aside, the logs of both, two owners, the lock, the reserve, a mark of
    # damage.
    assert int(count) == 11


def test_an_empty_file_that_everybody_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    path.touch(0o666)
    path.chmod(0o666)
    open_spool(path).append(b"{}")
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


OWN_MODULES = "_MODULE_OF.get(name, 'coobird_api.models')"


def test_nothing_in_the_packages_reads_what_could_run_code() -> None:
    dangerous = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle", "cloudpickle"}
    calls = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}
    found: list[str] = []
    files = [path for package in PACKAGES for path in package.rglob("*.py")]
    assert len(files) > 200
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: set[str] = set()
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names} & dangerous
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").partition(".")[0]} & dangerous
            elif isinstance(node, ast.Call):
                # The local server's reader of YAML makes plain values only.
                is_plain = [ast.unparse(argument) for argument in node.args[1:]] == ["PlainLoader"]
                # The package loads the modules of its public names, which stand in a table of it.
                is_own = [ast.unparse(argument) for argument in node.args] == [OWN_MODULES]
                harmless = {"yaml.load"} if is_plain else {"__import__"} if is_own else set[str]()
                names = {ast.unparse(node.func)} & calls - harmless
                names |= {"shell=True" for keyword in node.keywords if keyword.arg == "shell"}
            found += [f"{path.relative_to(ROOT)}:{node.lineno}: {name}" for name in sorted(names)]  # type: ignore[attr-defined]
    assert found == []
