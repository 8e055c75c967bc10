"""The page can be read anywhere: nothing from elsewhere, nothing that fails, nothing injected."""

import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag.evals.compare import compare_runs
from rag.evals.report import render_report, write_report
from rag.evals.table import (
    changes_table,
    comparison_table,
    judges_lines,
    run_table,
    tags_table,
)
from rag.evals.troubles import outcome, troubles

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture
def rows(rows):
    """Six countries are enough here."""
    return rows[:66]


HOSTILE = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'> & ünï"


class Page(HTMLParser):
    """What a page loads, runs and shows."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.scripts, self.handlers, self.stack, self.text = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.stack.append(tag)
        for name, value in attributes:
            if name in {"src", "href", "srcset", "action", "data-src"}:
                self.loads.append(value)
            if name.startswith("on"):
                self.handlers.append((tag, name))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop() != tag:
            pass

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "script":
            self.scripts.append(data)
        elif not self.stack or self.stack[-1] != "style":
            self.text += data


@pytest.fixture
def pair(run, double, gold):
    """Two runs, one of them with a failed case, a wrong answer and hostile texts."""

    def hostile(answer, number):
        if number != 3:
            return answer
        first = replace(answer.citations[0], title=HOSTILE, speaker=HOSTILE)
        return replace(answer, answer=f"{HOSTILE} [1]", citations=(first,))

    cases = gold.cases[:66]
    a = run(double(slips=0.3, seed=1), "earlier", cases=cases)
    b = run(double(damage=hostile, crash=["Peru-rail"]), "now", cases=cases)
    return a, b


@pytest.fixture
def pages(pair, tmp_path):
    a, b = pair
    paths = {"one": tmp_path / "one.html", "two": tmp_path / "two.html"}
    write_report(paths["one"], b)
    write_report(paths["two"], b, compare_runs(a, b, draws=199))
    return paths


def test_the_page_loads_nothing_and_runs_only_its_own_script(pages):
    for path in pages.values():
        text = path.read_text(encoding="utf-8")
        page = Page(text)
        assert page.loads == ["data:,"]
        assert page.handlers == []
        assert len(page.scripts) == 1
        assert "default-src 'none'" in text
        assert not re.search(r"@import|url\(", text)


def test_the_script_is_sound(tmp_path):
    from importlib.resources import files

    script = (files("rag.evals") / "page" / "report.js").read_text(encoding="utf-8")
    assert "innerHTML" not in script
    assert "fetch(" not in script
    node = shutil.which("node")
    if node:
        path = tmp_path / "report.js"
        path.write_text(script, encoding="utf-8")
        subprocess.run([node, "--check", path], check=True, timeout=60)
    else:
        assert script.count("{") == script.count("}")
        assert script.count("(") == script.count(")")


def test_texts_of_documents_and_models_are_shown_and_never_run(pages):
    page = Page(pages["one"].read_text(encoding="utf-8"))
    assert HOSTILE in page.text


def test_the_page_shows_every_case_with_what_went_wrong(pages, pair):
    page = Page(pages["two"].read_text(encoding="utf-8"))
    for told in ("What did Peru say about rail?", "It failed: the model fell over",
                 "1 question failed and counts in no figure: Peru-rail.",
                 "65 questions", "Handled right", "won: wrong before, right now"):  # fmt: skip
        assert told in page.text, told
    for scored in pair[1].scored:
        assert scored.case.question in page.text


def test_a_run_with_nothing_measured_still_makes_a_page(run, double, gold):
    done = run(double(crash=[c.id for c in gold.cases[:3]]), "none", cases=gold.cases[:3])
    text = render_report(done)
    assert "3 questions failed" in text
    assert "nan" not in Page(text).text.lower().split()


def test_a_search_run_makes_a_page(run, double, gold):
    done = run(double(), "search", mode="retrieval", cases=gold.cases[:22])
    page = Page(render_report(done))
    assert "Gold sentences among the first five quotes" in page.text
    assert "Can it tell when it is right?" not in page.text


@pytest.mark.parametrize("which", ["one", "two"])
def test_a_browser_without_network_finds_no_error_in_the_page(pages, which, tmp_path):
    """Where no browser is installed, the checks of the page's text above stand alone."""
    path = pages[which]
    if BROWSER is None:
        page = Page(path.read_text(encoding="utf-8"))
        assert page.loads == ["data:,"]
        assert page.stack == []
        return
    found = browse(path, tmp_path)
    assert "CONSOLE" not in found.stderr, found.stderr
    assert "<title>now" in found.stdout
    # The script ran: it counts the cases.
    assert "66 of 66" in found.stdout


@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
def test_an_error_in_a_page_would_be_seen(pages, tmp_path):
    text = pages["one"].read_text(encoding="utf-8")
    path = tmp_path / "spoilt.html"
    path.write_text(text.replace("</body>", "<script>oops()</script></body>"), encoding="utf-8")
    assert "CONSOLE" in browse(path, tmp_path).stderr


def browse(path, tmp_path):
    """The page's tree after its script has run, with the console on standard error.

    Whatever it asks of the network goes to a port where nobody listens.
    """
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--enable-logging=stderr", "--v=0", f"--user-data-dir={tmp_path / 'b'}",
        "--proxy-server=http://127.0.0.1:9", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    env = {**os.environ, "HOME": str(tmp_path)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=env, check=True)


# In words


def test_each_outcome_is_told(pair):
    a, b = pair
    kinds = {outcome(s) for run in (a, b) for s in run.scored}
    assert kinds == {"right", "wrong", "invented", "rightly-refused", "failed"}
    for scored in (*a.scored, *b.scored):
        bad = outcome(scored) in {"wrong", "invented", "failed", "refused"}
        assert bool(troubles(scored)) >= bad


def shown(table):
    from rich.console import Console

    out = io.StringIO()
    Console(width=200, color_system=None, file=out).print(table)
    return out.getvalue()


def test_the_tables_say_value_interval_and_n(pair):
    text = shown(run_table(pair[1]))
    assert "Handled right accuracy" in text
    assert "100 %" in text
    assert "failed 1, in no figure above: Peru-rail" in text
    assert "citation_precision" not in text
    assert "citation_precision" in shown(run_table(pair[1], everything=True))


def test_the_comparison_is_told_with_its_verdicts_and_lost_cases(pair):
    comparison = compare_runs(*pair, draws=1999)
    text = shown(comparison_table(comparison))
    assert "now against earlier, 65 cases" in text
    assert "better (p" in text
    text = shown(changes_table(comparison, most=2))
    assert "0 cases lost" in text or "1 cases lost" in text
    assert "more in the report" in text


def test_the_tags_stand_in_a_table_of_their_own(pair, run, double, gold):
    assert "near-miss" in shown(tags_table(pair[0]))
    tags = [{**tag, "tag": f"[red]{tag['tag']}"} for tag in pair[0].record["tags"]]
    odd = replace(pair[0], record={**pair[0].record, "tags": tags})
    assert "[red]near-miss" in shown(tags_table(odd))
    bare = replace(pair[0], record={**pair[0].record, "tags": []})
    assert tags_table(bare) is None


def test_a_judge_is_shown_with_its_agreement(pair):
    judges = {"overlap": {"n": 58, "share": 0.7, "kappa": 0.4, "accepts_wrong": 0.5,
                          "rejects_right": 0.1}}  # fmt: skip
    run = replace(pair[0], record={**pair[0].record, "judges": judges})
    assert (
        "agrees with people on 70 % of 58 labelled sentences (kappa 0.40)" in judges_lines(run)[0]
    )
    assert "kappa 0.40" in Page(render_report(run)).text


def test_the_record_is_plain_json(pair):
    json.dumps(pair[0].record, allow_nan=False)
