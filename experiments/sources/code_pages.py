"""A code list out of the pages of a site: one page a code, with its notes.

    python experiments/sources/code_pages.py https://example.org/codes/ \
        --contact coding-team@office.example -o codes.csv

A Scrapy spider that follows the links of class `below`, under the first address only.
Of each page it takes the code, its title, the code above, and what it includes and
excludes: change `parse` for the site at hand. robots.txt is obeyed, and a server is
asked twice a second at most. Needs `pip install '.[scraping]'`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

import han
from han.cli import run_command
from han.errors import InputError
from han.tables.provenance import write_provenance
from han.tables.whole_files import whole_file

COLUMNS = ("code", "parent", "title", "includes", "excludes", "address")


class CodePages(scrapy.Spider):
    """Codes of a site.

    Args:
        first: Where it begins.
        found: Takes the codes.
    """

    name = "code_pages"

    def __init__(self, first: str, found: list[dict[str, str]], **more: Any) -> None:
        super().__init__(**more)
        self.start_urls = [first]
        self.first, self.found = first, found

    def parse(self, response: Response) -> Iterator[Any]:
        """Takes the code of a page, if it is one of a code, and follows its links."""
        texts = {name: _text(response, f".{name}") for name in COLUMNS[:-1]}
        if texts["code"]:
            self.found.append({**texts, "address": response.url})
        for link in response.css("a.below::attr(href)").getall():
            address = response.urljoin(link)
            if address.startswith(self.first):
                yield response.follow(address)


def _text(response: Response, place: str) -> str:
    return " ".join(" ".join(response.css(f"{place} ::text").getall()).split())


def codes_of(first: str, contact: str, pause: float = 0.5) -> list[dict[str, str]]:
    """Codes of a site, in the order of their codes.

    Args:
        first: The address of its first page.
        contact: Who asks; the server is told.
        pause: Seconds between two requests.
    """
    found: list[dict[str, str]] = []
    process = CrawlerProcess(
        {
            "USER_AGENT": f"han/{han.__version__} (+{contact})",
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": pause,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(CodePages, first=first, found=found)
    process.start()
    return sorted(found, key=lambda code: code["code"])


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the codes as CSV, with where they come from."""
    arguments = argparse.ArgumentParser(description="Code list out of a site's pages.")
    arguments.add_argument("first", help="address of its first page, ending in /")
    arguments.add_argument("--contact", required=True, help="mail address of who asks")
    arguments.add_argument("--pause", type=float, default=0.5, help="seconds (0.5)")
    arguments.add_argument("-o", "--output", type=Path, required=True)
    given = arguments.parse_args(argv)
    codes = codes_of(given.first, given.contact, given.pause)
    if not codes:
        raise InputError(
            f"{given.first}: no page had a code. Look at `parse` of this script: the "
            "site has other names for its parts, or robots.txt forbids it."
        )
    with (
        whole_file(given.output) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(codes)
    made_of = [{"address": given.first, "pages": len(codes)}]
    write_provenance(given.output, "code_pages", made_of, {"rows": len(codes)})
    print(f"{given.output}: {len(codes)} codes")
    return 0


if __name__ == "__main__":
    run_command(main)
