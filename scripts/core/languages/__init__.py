"""The edition's own words, in the language of a page. Begin at `speech`.

Each language has a catalog, `fr.po`, with what stands around a page's text; translators' tools
read and write it. The words in the code are English, and are what a language without one gets.

- `speech`: words, counts and days of one language
"""
