"""``{home}``: the front page, from the newest issue and its account to the archive."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from scripts.core import words
from scripts.core.verdicts import VERDICTS
from scripts.rendering.directives import parts
from scripts.rendering.directives.base import DataDirective, downloads
from scripts.rendering.directives.corrections import ANCHOR as CORRECTIONS
from scripts.rendering.directives.headers import credit
from scripts.rendering.directives.parts import box, joined, link, page_link, para, span, strong


class Home(DataDirective):
    """Newest issue, what held up, its notebooks, earlier issues and other editions."""

    def build(self, data: dict[str, Any]) -> list[nodes.Node]:
        issue = data["issue"]
        dateline = box(
            "home-dateline",
            para(
                "",
                strong(f"Issue {issue['number']}"),
                f", {words.day(issue['date'], weekday=True)}",
            ),
            para("credit", "Independent edition of ", *credit(data.get("original") or {})),
        )
        side = [self.held_up(data)]
        if data.get("corrections"):
            side.append(self.corrections(int(data["corrections"]), issue["page"]))
        lead = self.lead(issue, data.get("downloads") or [])
        figure = box("home-figure html-only")  # the HTML pages fill it
        figure["newsletter_figures"] = [n["page"].lstrip("/") for n in data.get("notebooks") or []]
        lead += figure
        out: list[nodes.Node] = [dateline, box("home-top", lead, box("home-side", *side))]
        if data.get("notebooks"):
            out.append(self.notebooks(issue, data["notebooks"]))
        if data.get("issues"):
            out.append(self.earlier(data["issues"], data.get("every")))
        out.extend(self.editions(data.get("downloads") or []))
        return [box("home", *out)]

    def lead(self, issue: dict[str, Any], files: list[dict[str, Any]]) -> nodes.section:
        """Headline, standfirst, length and the two buttons."""
        counts = [
            f"{words.minutes(issue['minutes'])} to read",
            words.plural(issue["items"], "item"),
            words.plural(issue["notebooks"], "companion notebook"),
        ]
        name = f"Read issue {issue['number']}"
        buttons = [page_link(name, issue["page"], name="button filled")]
        pdf = next((f for f in files if str(f["file"]).endswith(".pdf")), None)
        if pdf:
            buttons.append(link("PDF", str(pdf["file"]), "button icon-download"))
        return parts.section(
            "lead",
            "newest",
            str(issue["title"]),
            para("standfirst", str(issue.get("description", ""))),
            para("meta", ", ".join(counts)),
            box("html-only", para("run-bar", *joined(buttons, " "))),
        )

    def held_up(self, data: dict[str, Any]) -> nodes.section:
        """A row per section: one mark per claim, what holds of those tested, and the total."""
        rows = []
        total = dict.fromkeys(VERDICTS, 0)
        for entry in data.get("sections") or []:
            counts = entry.get("verdicts") or {}
            for word, count in counts.items():
                total[word] = total.get(word, 0) + count
            if not sum(counts.values()):
                continue
            tested = counts.get("holds", 0) + counts.get("fails", 0)
            text = f"holds {counts.get('holds', 0)} of {tested}" if tested else "none testable here"
            title = words.without_emoji(entry["title"])
            row = box(
                "account-row",
                para("name", page_link(title, entry["page"], entry["anchor"])),
                para("score", text),
            )
            if entry.get("marks"):
                row += box("html-only strip", self.strip(entry))
            rows.append(row)
        marks = parts.counted(total)
        note = "One mark is one claim; each leads to its check."
        return parts.section(
            "held-up", "what-held-up", "What held up", para("note", note),
            parts.rows("account-rows", rows), para("total", *joined(marks, " ")),
        )  # fmt: skip

    @staticmethod
    def strip(entry: dict[str, Any]) -> nodes.paragraph:
        """The marks, in the order of the verdicts, each a link named by its claim."""
        marks = sorted(entry["marks"], key=lambda m: VERDICTS.index(m["verdict"]))
        links = []
        for claim in marks:
            node = page_link("", claim["page"], claim["anchor"])
            node.clear()
            node += parts.mark(claim["verdict"])
            node["newsletter_label"] = f"{claim['verdict']}: {claim['claim']}"
            links.append(node)
        return para("marks", *joined(links, " "))

    @staticmethod
    def corrections(count: int, page: str) -> nodes.container:
        number = words.spelled(count).capitalize()
        rest = " Where the original text was wrong or left something out, the item says so. "
        name = strong(f"{number} correction{'' if count == 1 else 's'}.")
        anchor = CORRECTIONS
        return box(
            "correction-note", para("", name, rest, page_link("Read them together", page, anchor))
        )

    def notebooks(self, issue: dict[str, Any], entries: list[dict[str, Any]]) -> nodes.section:
        cards = []
        for entry in entries:
            note = []
            if entry.get("seconds") is not None:
                note.append(span("", words.duration(entry["seconds"])))
            if entry.get("level"):
                note.append(span("", str(entry["level"])))
            account = parts.counted(entry.get("verdicts") or {}, words=False)
            cards.append(
                box(
                    "notebook-card",
                    para("label", words.without_emoji(str(entry.get("section", "")))),
                    para("card-title", page_link(entry["title"], entry["page"])),
                    para("text", str(entry.get("description", ""))),
                    para("account-short", *joined([*account, *note], " ")),
                )
            )
        title = f"Notebooks of issue {issue['number']}"
        return parts.section("home-notebooks", "notebooks", title, parts.rows("cards", cards))

    def earlier(self, issues: list[dict[str, Any]], every: int | None) -> nodes.section:
        lines = []
        for entry in issues:
            row = box(
                "issue-row",
                para("date", words.day(entry["date"])),
                para("card-title", page_link(entry["title"], entry["page"])),
            )
            account = parts.counted(entry.get("verdicts") or {}, words=False)
            row += para("account-short", *joined(account, " "))
            row += para("length", f"{max(1, round(float(entry['minutes'])))} min")
            lines.append(row)
        listed = [parts.rows("issue-rows", lines)]
        if every:
            listed.append(para("more", page_link(f"All {every:,} issues", "/archive")))
        return parts.section("home-issues", "earlier-issues", "Earlier issues", *listed)

    @staticmethod
    def editions(files: list[dict[str, Any]]) -> list[nodes.Node]:
        """Every other form of the publication, in columns, with sizes."""
        columns = []
        for group, title in (
            ("read", "Read it elsewhere"),
            ("run", "Run it yourself"),
            ("follow", "Follow"),
        ):
            entries = [f for f in files if f.get("group") == group]
            if entries:
                lines = parts.rows("files", [para("", node) for node in downloads(entries)])
                columns.append(parts.section("editions", f"editions-{group}", title, lines))
        return [box("home-editions html-only", *columns)] if columns else []
