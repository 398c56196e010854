"""Build the documentation site into build/site/html, with llms.txt and llms-full.txt.

    python scripts/build_site.py

The pages are README.md, docs/ and the pages about the project. The reference comes from docstrings,
the HTTP API from openapi/coobird.yaml. A warning of the builder, a page that the navigation leaves
out, and a link that leads nowhere end the build with an error.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from site_pages import contract_pages, reference_pages

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "site"
SOURCE = "https://github.com/coobird/coobird-python/blob/main/"

# Pages of the site that are not in docs/, and their names there.
PAGES = {
    "README.md": "index.md",
    "docs/README.md": "pages.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}


def main() -> int:
    shutil.rmtree(BUILD, ignore_errors=True)
    pages = {**written_pages(), **architecture(), **reference_pages(), **contract_pages()}
    for name, text in pages.items():
        target = BUILD / "docs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", BUILD / "docs" / "images")
    shutil.copyfile(ROOT / "docs" / "zensical.toml", BUILD / "zensical.toml")
    config = tomllib.loads((BUILD / "zensical.toml").read_text(encoding="utf-8"))["project"]
    problems = nav_problems(set(pages), list(nav_entries(config["nav"])))
    if not problems:
        # Zensical looks for the configuration's folder, and for the modules from there.
        built = subprocess.run([Path(sys.executable).with_name("zensical"), "build", "--clean"], cwd=BUILD, check=False)
        if built.returncode:
            return built.returncode
        html = BUILD / "html"
        (html / "llms.txt").write_text(llms_index(config, pages), encoding="utf-8")
        (html / "llms-full.txt").write_text(llms_full(config, pages), encoding="utf-8")
        problems = broken_links(html)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"The site is built: {BUILD / 'html' / 'index.html'}")
    return 1 if problems else 0


def written_pages() -> dict[str, str]:
    """Return the text of each page that is written by hand, its links led to the site's pages."""
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")} | set(PAGES)
    return {site_name(source): relinked(ROOT / source) for source in sorted(sources)}


def site_name(source: str) -> str:
    return PAGES.get(source) or source.removeprefix("docs/").replace("README.md", "index.md")


def relinked(path: Path) -> str:
    here = Path(site_name(path.relative_to(ROOT).as_posix())).parent

    def relink(link: re.Match[str]) -> str:
        target, hash_, anchor = link[1].partition("#")
        if not target or "://" in target or target.startswith("mailto:"):
            return link[0]
        source = (path.parent / target).resolve().relative_to(ROOT).as_posix()
        if source in PAGES or source.startswith("docs/"):
            steps = [".."] * len(here.parts)
            return f"]({'/'.join([*steps, site_name(source)])}{hash_}{anchor})"
        return f"]({SOURCE}{source}{hash_}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", relink, path.read_text(encoding="utf-8"))


def architecture() -> dict[str, str]:
    """Return the page about the house: that section of CONTRIBUTING."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = re.search(r"^## The house\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert house is not None
    return {"architecture.md": "# Architecture\n" + house[1]}


def nav_entries(nav: list[Any]) -> Iterator[tuple[str, str]]:
    for entry in nav:
        for title, target in entry.items():
            if isinstance(target, str):
                yield title, target
            else:
                yield from nav_entries(target)


def nav_problems(pages: set[str], entries: list[tuple[str, str]]) -> list[str]:
    named = {target for _, target in entries}
    return [f"docs/zensical.toml: nav leaves out {page}" for page in sorted(pages - named)] + [
        f"docs/zensical.toml: nav names {page}, which does not exist" for page in sorted(named - pages)
    ]


def llms_index(config: dict[str, Any], pages: dict[str, str]) -> str:
    """Return the list of pages for language models: title, address and first sentence of each."""
    lines = [f"# {config['site_name']}", "", f"> {config['site_description']}", ""]
    for section in config["nav"]:
        for title, targets in section.items():
            lines += [f"## {title}", ""]
            for name, target in nav_entries(targets):
                address = config["site_url"] + target.removesuffix("index.md").removesuffix(".md")
                summary = first_sentence(pages[target])
                lines.append(f"- [{name}]({address})" + (f": {summary}" if summary else ""))
            lines.append("")
    return "\n".join(lines)


def first_sentence(text: str) -> str:
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = [" ".join(part.split()) for part in text.split("\n\n") if re.match(r"[\w`]", part)]
    sentence = re.match(r".+?[.](?=\s|$)", prose[0]) if prose else None
    return sentence[0] if sentence else (prose[0] if prose else "")


def llms_full(config: dict[str, Any], pages: dict[str, str]) -> str:
    """Return all pages that are written by hand, in the order of the navigation."""
    targets = [target for _, target in nav_entries(config["nav"])]
    return "\n\n".join(pages[target].strip() for target in targets if not target.startswith("reference/")) + "\n"


class Page(HTMLParser):
    """Links of a page, and the anchors that others may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value and tag != "base":
                self.links.add(value)


def broken_links(html: Path) -> list[str]:
    """Return a line for each link into the site that has no page, file or anchor."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in html.rglob("*.html") if path.name != "404.html"}
    problems: list[str] = []
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link.startswith(("javascript:", "data:")):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchor = unquote(parts.fragment)
            if not target.exists():
                problems.append(f"{path.relative_to(html)}: {link} does not exist")
            elif anchor and target in pages and anchor not in pages[target].anchors and anchor != "__skip":
                problems.append(f"{path.relative_to(html)}: {link} has no such anchor")
    return problems


if __name__ == "__main__":
    sys.exit(main())
