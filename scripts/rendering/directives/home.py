"""``{home}``: the front page, from the newest issue and its account to the archive."""

from __future__ import annotations

from docutils import nodes

from scripts.core import words
from scripts.core.page_data import lists
from scripts.core.page_data.headers import File
from scripts.core.page_data.lists import IssueRow, NotebookCard, SectionAccount
from scripts.core.verdicts import VERDICTS
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, credit_line, file_links
from scripts.rendering.directives.corrections import ANCHOR as CORRECTIONS
from scripts.rendering.directives.parts import box, joined, link, page_link, para, span, strong

GROUPS = (("read", "Read it elsewhere"), ("run", "Run it yourself"))


class Home(DataDirective[lists.Home]):
    """Newest issue, what held up, its notebooks, earlier issues and other editions."""

    def build(self, data: lists.Home) -> list[nodes.Node]:
        issue = data.issue
        day = words.day(issue.date, weekday=True)
        dateline = box(
            "home-dateline",
            para("", strong(f"Issue {issue.number}"), f", {day}"),
            para("credit", *credit_line(data.credit)),
        )
        side: list[nodes.Node] = [self.held_up(data.sections)]
        if data.corrections:
            side.append(self.corrections(data.corrections, issue.page))
        lead = self.lead(data)
        figure = box("home-figure html-only")  # the HTML pages fill it
        figure["newsletter_figures"] = [n.card.page.lstrip("/") for n in data.notebooks]
        lead += figure
        out: list[nodes.Node] = [dateline, box("home-top", lead, box("home-side", *side))]
        if data.notebooks:
            out.append(self.notebooks(issue.number, data.notebooks))
        if data.earlier:
            out.append(self.earlier(data.earlier, data.every))
        out.extend(self.editions(data.downloads))
        return [box("home", *out)]

    @staticmethod
    def lead(data: lists.Home) -> nodes.section:
        """Headline, standfirst, length and the two buttons."""
        issue = data.issue
        counts = [
            f"{words.minutes(issue.minutes)} to read",
            words.plural(data.items, "item"),
            words.plural(len(data.notebooks), "companion notebook"),
        ]
        buttons = [page_link(f"Read issue {issue.number}", issue.page, name="button filled")]
        pdf = next((file for file in data.downloads if file.file.endswith(".pdf")), None)
        if pdf:
            buttons.append(link("PDF", pdf.file, "button icon-download"))
        return parts.section(
            "lead",
            "newest",
            issue.title,
            para("standfirst", issue.description),
            para("meta", ", ".join(counts)),
            box("html-only", para("run-bar", *joined(buttons, " "))),
        )

    def held_up(self, sections: list[SectionAccount]) -> nodes.section:
        """A row per section: one mark per claim, what holds of those tested, and the total."""
        rows = []
        total = dict.fromkeys(VERDICTS, 0)
        for section in sections:
            counts, place = section.verdicts, section.place
            for word, count in counts.items():
                total[word] += count
            if not sum(counts.values()):
                continue
            tested = counts.get("holds", 0) + counts.get("fails", 0)
            text = f"holds {counts.get('holds', 0)} of {tested}" if tested else "none testable here"
            title = words.without_emoji(place.title)
            row = box(
                "account-row",
                para("name", page_link(title, place.page, place.anchor)),
                para("score", text),
            )
            if section.marks:
                row += box("html-only strip", self.strip(section))
            rows.append(row)
        note = "One mark is one claim; each leads to its check."
        return parts.section(
            "held-up", "what-held-up", "What held up", para("note", note),
            parts.rows("account-rows", rows), para("total", *parts.account(total)),
        )  # fmt: skip

    @staticmethod
    def strip(section: SectionAccount) -> nodes.paragraph:
        """The marks, in the order of the verdicts, each a link named by its claim."""
        links = []
        for claim in section.marks:
            node = page_link("", claim.page, claim.anchor)
            node.clear()
            node += parts.mark(claim.verdict)
            node["newsletter_label"] = f"{claim.verdict}: {claim.claim}"
            links.append(node)
        return para("marks", *joined(links, " "))

    @staticmethod
    def corrections(count: int, page: str) -> nodes.container:
        """How many corrections the issue has, and where they stand together."""
        name = strong(f"{words.spelled(count).capitalize()} correction{'s' * (count != 1)}.")
        rest = " Where the original text was wrong or left something out, the item says so. "
        together = page_link("Read them together", page, CORRECTIONS)
        return box("correction-note", para("", name, rest, together))

    @staticmethod
    def notebooks(issue: int, entries: list[NotebookCard]) -> nodes.section:
        """A card for each companion notebook."""
        cards = []
        for entry in entries:
            card = entry.card
            note = [] if card.seconds is None else [span("", words.duration(card.seconds))]
            note.append(span("", card.level))
            account = parts.verdict_line(card.verdicts, words=False)
            cards.append(
                box(
                    "notebook-card",
                    para("label", words.without_emoji(entry.section)),
                    para("card-title", page_link(card.title, card.page)),
                    para("text", card.description),
                    para("account-short", *joined([*account, *note], " ")),
                )
            )
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
