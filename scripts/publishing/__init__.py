"""Pages and editions -> the finished site in its place and at a remote: begin at `assemble`.

- `assemble`: the complete site beside the one in use
- `verify`: what is wrong in a finished site
- `swap`: put it in the place of the other as a whole
- `sitemap`: for robots
- `social_cards`: the pictures that stand for pages elsewhere
- `redirects`: pages that lead from old addresses to new ones
- `branches`: folders as branches of a git remote
- `git`: git as a program
"""
