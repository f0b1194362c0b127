"""What is wrong between the pages of a newsletter, a module for each matter; `check` calls them.

- `values`: measured numbers that prose asks for
- `parameters`: profiles and the parameters that they set
- `redirects`: addresses that moved
- `claims`: how checks are declared
- `dates`: days that can't be
- `tags`: tags that are nearly another one
- `works`: works of the bibliography that are one
- `learning`: which notebooks teach what others take for known
- `translations`: issues in another language
- `addresses`: links to other sites: what only follows their reader, slips, and twins
"""
