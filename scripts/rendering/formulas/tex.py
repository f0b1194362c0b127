"""TeX before it is converted: macros expanded, rows in one environment, no layout commands."""

from __future__ import annotations

import re

_SIZES = re.compile(r"\\(?:[bB]igg?)[lrm]?(?![A-Za-z])")
_ALIGNED = "align|aligned|split|gather|gathered|multline|eqnarray|flalign|alignat"
_ROWS = re.compile(r"(?<!\\)&|\\\\")


def prepare(tex: str, macros: dict[str, object] | None = None) -> str:
    """TeX without what has no meaning on paper, macros expanded, rows in an environment."""
    tex = re.sub(r"(?<!\\)%.*", "", tex)
    tex, own = _definitions(tex)
    tex = expand(tex, {**(macros or {}), **own})
    tex = re.sub(r"\\(label|tag\*?)\s*\{[^}]*\}|\\(nonumber|notag|limits|nolimits)\b", "", tex)
    tex = _SIZES.sub("", tex)
    tex = re.sub(r"\\(?:bm|pmb)\b", r"\\boldsymbol", tex)
    tex = re.sub(
        r"\\begin\{(equation|displaymath|math)\*?\}|\\end\{(equation|displaymath|math)\*?\}",
        "",
        tex,
    )
    tex = re.sub(
        r"\\(begin|end)\{(?:align|aligned|split|gather|gathered|multline|eqnarray|flalign|alignat)\*?\}",
        r"\\\1{aligned}",
        tex,
    )
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    tex = r" \\ ".join(parts)
    outside = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", tex, flags=re.S)
    outside = re.sub(r"\\substack\s*\{[^{}]*\}", "", outside)
    if _ROWS.search(outside):
        tex = rf"\begin{{aligned}} {tex} \end{{aligned}}"
    return " ".join(tex.split())


def _definitions(tex: str) -> tuple[str, dict[str, object]]:
    found: dict[str, object] = {}

    def keep(match: re.Match[str]) -> str:
        end = _group_end(tex, match.end())
        body = tex[match.end() + 1 : end - 1]
        found[match[1]] = [body, int(match[2] or 0)]
        spans.append((match.start(), end))
        return ""

    spans: list[tuple[int, int]] = []
    for match in re.finditer(
        r"\\(?:re)?newcommand\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?=\{)", tex
    ):
        keep(match)
    for start, end in reversed(spans):
        tex = tex[:start] + tex[end:]
    return tex, found


def _group_end(tex: str, start: int) -> int:
    """Index after the group (or single token) that begins at `start`."""
    if start >= len(tex) or tex[start] != "{":
        token = re.compile(r"\\[A-Za-z]+|\\.|.").match(tex, start)
        return token.end() if token else start
    depth = 0
    for i in range(start, len(tex)):
        if tex[i] in "{}" and tex[i - 1 : i] != "\\":
            depth += 1 if tex[i] == "{" else -1
            if depth == 0:
                return i + 1
    return len(tex)


def expand(tex: str, macros: dict[str, object]) -> str:
    """TeX with MathJax-style macros (`"R": "\\mathbb{R}"` or `"f": ["...#1", 1]`) replaced."""
    for _ in range(8):  # macros may use macros
        before = tex
        for name, meaning in macros.items():
            body, count = meaning[:2] if isinstance(meaning, list | tuple) else (meaning, 0)
            pattern = re.compile(rf"\\{re.escape(name)}(?![A-Za-z])")
            while match := pattern.search(tex):
                end, filled = match.end(), str(body)
                for i in range(int(count)):
                    end += len(tex[end:]) - len(tex[end:].lstrip())
                    stop = _group_end(tex, end)
                    group = tex[end:stop]
                    filled = filled.replace(f"#{i + 1}", group[1:-1] if group[:1] == "{" else group)
                    end = stop
                if pattern.search(filled):
                    break  # defined by itself
                tex = tex[: match.start()] + "{" + filled + "}" + tex[end:]
        if tex == before:
            break
    return tex
