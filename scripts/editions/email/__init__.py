"""An issue's digest -> a letter: HTML, text, and a message ready to be sent: begin at `letter`.

- `digest`: what the letter says
- `letter`: the letter in each form
- `letter.html`, `letter.txt`: how it looks
"""
