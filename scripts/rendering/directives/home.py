"""``{home}``: the front page, from what held and what failed to the archive."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.headers import File, Verdicts
from scripts.core.page_data.lists import IssueRow, Mark, NotebookCard
from scripts.core.verdicts import UNTESTABLE
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, credit_line, file_links
from scripts.rendering.directives.corrections import ANCHOR as CORRECTIONS
from scripts.rendering.directives.parts import box, joined, link, page_link, para, span, strong

SHOWN = 3  # findings at the head of the page
GROUPS = (("read", "Read it elsewhere"), ("run", "Run it yourself"))


class Home(DataDirective[lists.Home]):
    """What was rebuilt and how much of it held, findings, every claim, notebooks, issues, files."""

    def build(self, data: lists.Home) -> list[nodes.Node]:
        issue = data.issue
        day = words.day(issue.date, weekday=True)
        dateline = box(
            "home-dateline",
            para("", strong(f"Issue {issue.number}"), f", {day}"),
            *([para("credit", *credit_line(self.say, data.credit))] if data.credit else []),
        )
        top = box("home-top", *([self.lead(data)] if data.notebooks else []))
        findings = three(data.notebooks)
        if findings:
            top += self.findings(findings)
        top += self.newest(data)
        out: list[nodes.Node] = [dateline, top]
        if issue.verdicts:
            out.append(self.account(data.notebooks, issue))
        if data.notebooks:
            out.append(self.notebooks(issue.number, data.notebooks))
        if data.earlier:
            out.append(self.earlier(data.earlier, data.every))
        out.extend(self.editions(data.downloads))
        return [box("home", *out)]

    @staticmethod
    def lead(data: lists.Home) -> nodes.section:
        """What was rebuilt, how much held and how much did not, and where to run it."""
        counts, said = data.issue.verdicts, []
        if untested := counts.get(UNTESTABLE):
            said.append(f"{untested} more need{'s' * (untested == 1)} what a laptop lacks.")
        if of := tested(data.full):
            held = data.full.get("holds", 0)
            said.append(f"Recorded runs at full size tested {of} of these, and {held} held.")
        times = [n.card.seconds for n in data.notebooks if n.card.seconds is not None]
        if times:
            longest = words.at_most(max(times))
            said.append(f"Run each notebook yourself, in Jupyter or Colab: {longest} at most.")
        buttons = [page_link(f"Read issue {data.issue.number}", data.issue.page, name="button")]
        if data.failures and counts.get("fails"):
            buttons.insert(0, page_link("What failed, and why", data.failures, name="button"))
        buttons[0]["classes"].append("filled")
        if data.start:
            buttons.append(page_link("Start here", data.start, name="button"))
        copies = next((file for file in data.downloads if file.file.endswith(".zip")), None)
        if copies:
            buttons.append(link("Run the notebooks", copies.file, "button icon-download"))
        return parts.section(
            "lead", "rebuilt", data.statement, para("standfirst", " ".join(said)),
            box("html-only", para("run-bar", *joined(buttons, " "))),
        )  # fmt: skip

    @staticmethod
    def newest(data: lists.Home) -> nodes.section:
        """The newest issue: what it is about, how long it is."""
        issue = data.issue
        said: list[parts.Part] = [
            f"{words.minutes(issue.minutes)} to read, {words.plural(data.items, 'item')}"
        ]
        if data.corrections:
            name = words.plural(data.corrections, "correction")
            said += [", ", page_link(name, issue.page, CORRECTIONS)]
        section = parts.section(
            "newest", "newest", "", para("", issue.description), para("meta", *said)
        )
        section[0] += page_link(issue.title, issue.page)
        return section

    @staticmethod
    def findings(found: list[NotebookCard]) -> nodes.section:
        """A few findings: the verdict on each, the sentence, the notebook."""
        lines = []
        for each in found:
            finding, page = each.finding, each.card.page
            more = page_link(each.name, page, finding.anchor)
            line = box("finding", para("text", finding.text), para("more", more))
            if finding.verdict:
                line.insert(0, para("verdict-line", parts.verdict(finding.verdict)))
            lines.append(line)
        return parts.section(
            "findings", "findings", "What came out", parts.rows("finding-rows", lines)
        )

    def account(self, notebooks: list[NotebookCard], issue: IssueRow) -> nodes.section:
        """The lead figure, a row for each notebook: one mark a claim, what holds of those tested,
        and the total."""
        rows, counts = [], issue.verdicts
        for each in notebooks:
            own = each.card.verdicts
            if not own:
                continue
            of = tested(own)
            text = f"{own.get('holds', 0)} of {of} held" if of else "none testable here"
            row = box(
                "account-row", para("name", page_link(each.name, each.card.page)),
                para("score", text),
            )  # fmt: skip
            row.insert(1, box("html-only strip", self.strip(each.marks)))
            rows.append(row)
        held, of = counts.get("holds", 0), tested(counts)
        title = f"{held} of {of} claims that could be tested held" if of else "The claims"
        note = box("html-only", para("note", "One mark is one claim, and leads to its check."))
        return parts.section(
            "held-up", "what-held-up", title, note, parts.rows("account-rows", rows),
            para("total", *parts.account(counts, of=issue.page)),
        )  # fmt: skip

    @staticmethod
    def strip(marks: list[Mark]) -> nodes.paragraph:
        """The marks, in the order of the verdicts, each a link that says its claim and numbers."""
        links = []
        for claim in marks:
            node = page_link("", claim.page, claim.anchor)
            node.clear()
            tip = span("tip", strong(claim.verdict), f": {said(claim)}")
            node += [parts.mark(claim.verdict), tip]
            links.append(node)
        return para("marks", *joined(links, " "))

    @staticmethod
    def notebooks(issue: int, entries: list[NotebookCard]) -> nodes.section:
        """A card for each companion notebook: its finding, and its lead figure in small."""
        cards = []
        for entry in entries:
            card = entry.card
            note = [] if card.seconds is None else [span("", words.duration(card.seconds))]
            note.append(span("", card.level))
            account = parts.verdict_line(card.verdicts, words=False, of=card.page)
            figure = box("card-figure html-only")  # the HTML pages fill it
            figure["newsletter_figure"] = card.page.lstrip("/")
            box_ = box("notebook-card", figure)
            if not card.title.startswith(entry.name):
                box_ += para("label", entry.name)
            box_ += [
                para("card-title", page_link(card.title, card.page)),
                para("text", entry.finding.text),
                para("account-short", *joined([*account, *note], " ")),
            ]
            cards.append(box_)
        title = f"Notebooks of issue {issue}"
        return parts.section("home-notebooks", "notebooks", title, parts.rows("cards", cards))

    @staticmethod
    def earlier(issues: list[IssueRow], every: int | None) -> nodes.section:
        """A line for each earlier issue, and the way to all."""
        lines = []
        for issue in issues:
            row = box(
                "issue-row",
                para("date", words.day(issue.date)),
                para("card-title", page_link(issue.title, issue.page)),
            )
            row += para("account-short", *parts.short_account(issue.verdicts, of=issue.page))
            row += para("length", f"{max(1, round(issue.minutes))} min")
            lines.append(row)
        listed: list[nodes.Node] = [parts.rows("issue-rows", lines)]
        if every:
            listed.append(para("more", page_link(f"All {every:,} issues", "/archive")))
        return parts.section("home-issues", "earlier-issues", "Earlier issues", *listed)

    @staticmethod
    def editions(files: list[File]) -> list[nodes.Node]:
        """Every other form of the publication, in columns, with sizes."""
        columns = []
        for group, title in GROUPS:
            found = file_links([file for file in files if file.group == group])
            if found:
                lines = parts.rows("files", [para("", node) for node in found])
                columns.append(parts.section("editions", f"editions-{group}", title, lines))
        return [box("home-editions html-only", *columns)] if columns else []


def tested(counts: Verdicts) -> int:
    """How many claims hold or fail."""
    return counts.get("holds", 0) + counts.get("fails", 0)


def three(notebooks: list[NotebookCard]) -> list[NotebookCard]:
    """The findings that the page opens with: those of claims that failed come first."""
    found = [each for each in notebooks if each.finding.verdict in ("fails", "holds")]
    return sorted(found, key=lambda each: each.finding.verdict != "fails")[:SHOWN]


def said(claim: Mark) -> str:
    """A claim with its numbers, as its mark tells it."""
    numbers = [
        f"{word} {words.number(value, claim.unit)}"
        for word, value in (("reported", claim.reported), ("measured", claim.measured))
        if value is not None
    ]
    text = ", ".join(numbers)
    end = f" {text[0].upper()}{text[1:]}." if text else ""
    return f"{claim.claim.rstrip('.:')}.{end}"
