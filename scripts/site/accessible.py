"""A page's HTML as readers' software wants it: what docutils, MyST-NB and pandas write, made named
and reachable."""

from __future__ import annotations

import re
from functools import partial

from scripts.core.languages.speech import Speech


def accessible(body: str, say: Speech) -> str:
    """The HTML of a page's text."""
    body = body.replace('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">')
    body = body.replace('<span class="emoji">', '<span class="emoji" aria-hidden="true">')
    body = body.replace(' aria-label="Toggle hidden content"', "")  # the text says it better
    body = OF_SPHINX.sub(partial(_in_language, say), body)
    body = HEADERLINK.sub(partial(_named, say), body)
    body = re.sub(r"<th>\s*</th>", "<td></td>", body)  # the corner of a data frame
    body = TABLE_PART.sub(_scoped, body)
    # A link that is an icon has a name of its own, not only a tooltip.
    body = re.sub(r'(class="headerlink" href="[^"]*") title="([^"]*)"', r'\1 title="\2" '
                  r'aria-label="\2"', body)  # fmt: skip
    # A summary holds words, no paragraphs.
    body = re.sub(r'<p (class="(?:collapsed|expanded) [^"]*">[^<]*)</p>', r"<span \1</span>", body)
    body = re.sub(r'<col style="[^"]*" ?/?>', "<col>", body)  # the policy allows no style here
    body = BEFORE_STOP.sub(r'<span class="unbroken">\1</span>', body)
    # docutils says in which language a link's words are; what it leads to is in the same.
    body = LINK_OF_LANGUAGE.sub(r'\1 hreflang="\2"', body)
    # A list's role forbids the anchors between its entries, and the entries' role is deprecated.
    body = body.replace(' role="doc-biblioentry"', "")
    return body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


# No line begins with a full stop: browsers break lines on both sides of a formula.
BEFORE_STOP = re.compile(r'(<span class="math (?:(?!</?span).)*</span>[.,;:!?)\]’]+)', re.S)
LINK_OF_LANGUAGE = re.compile(r'(<a\b[^>]*\slang="([^"]*)")')
TABLE_PART = re.compile(r"<(thead|tbody)\b.*?</\1>", re.S)
HEADERLINK = re.compile(
    r"(<h[1-6][^>]*>)((?:(?!</h[1-6]>).)*?)"
    r'<a class="headerlink" href="([^"]*)" title="Link to this heading">',
    re.S,
)
SILENT = re.compile(r'<annotation.*?</annotation>|<span class="emoji".*?</span>|<[^>]+>', re.S)


# Sphinx says these in the book's language, whatever that of the page is.
OF_SPHINX = re.compile(
    r'(<span class="(?:caption-number|std std-numref)">|<p class="admonition-title">)'
    r"([A-Z][a-z ]+\.?)( [\d.]+)?(?=[ .<])"
)


def _in_language(say: Speech, match: re.Match[str]) -> str:
    opening, word, number = match.groups()
    if number is None:
        return opening + say(word)
    return opening + say(f"{word} %s") % number.strip()


def _scoped(match: re.Match[str]) -> str:
    """A table's head cells say whether they name a column or a row."""
    scope = "col" if match[1] == "thead" else "row"
    return re.sub(r"<th(?=[\s>])(?![^>]*\sscope=)", f'<th scope="{scope}"', match[0])


def _named(say: Speech, match: re.Match[str]) -> str:
    """A heading's link with a name that says where it leads: heard alone, all sound the same."""
    opening, title, address = match.groups()
    name = SILENT.sub("", title).strip().replace('"', "&quot;")
    to, here = say("Link to {name}", name=name), say("Link to this heading")
    label = f'aria-label="{to}" title="{here}"'
    return f'{opening}{title}<a class="headerlink" href="{address}" {label}>'
