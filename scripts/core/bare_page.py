"""A page of its own that leads on to another one: no script, no style, read by any program."""

from __future__ import annotations

from html import escape

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
{head}  <title>{title}</title>
</head>
<body>
  <main>
{body}
  </main>
</body>
</html>
"""


def bare_page(title: str, body: str, place: str = "", canonical: str = "") -> str:
    """The page with this title (text) and body (HTML); ``place``: where browsers go on to, an
    address as seen from the page; ``canonical``: the whole address of what it stands for."""
    head = ""
    if place:
        head = f'  <meta http-equiv="refresh" content="0; url={escape(place)}">\n'
    if canonical:
        head += f'  <link rel="canonical" href="{escape(canonical)}">\n'
    return PAGE.format(head=head, title=escape(title), body=body)
