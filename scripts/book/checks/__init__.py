"""What is wrong between the pages of a newsletter, a module for each matter; `check` calls them.

- `values`: measured numbers that prose asks for
- `parameters`: profiles and the parameters that they set
- `redirects`: addresses that moved
- `learning`: which notebooks teach what others take for known
- `translations`: issues in another language
- `addresses`: what in a link only follows its reader
"""
