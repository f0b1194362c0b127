"""The data of the pages that list what is in the book.

- `home`: the front page
- `archive`: issues by year, pages by tag
- `ledger`: every claim, what failed, planted bugs
- `timings`: what the runs cost
"""
