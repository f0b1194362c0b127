"""The data of the pages that list what is in the book.

- `home`: the front page
- `archive`: issues by year, pages by tag
- `ledger`: every claim, what failed, planted bugs
- `start`: the notebooks in the order in which one can learn from them
- `timings`: what the runs cost
"""
