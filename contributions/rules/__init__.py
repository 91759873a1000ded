"""Rules about contributions. Pure; they know no framework.

Read them in this order: `regime` (the law of a wage month), `category` (which Part), `bands` (the rows of the schedule and exact
percentages), `excess` (what was elected above them), `schedule` (the shares; the door for everybody else), `steps`, `who_steps`,
`row_steps` and `excess_steps` (why), `mistakes` (what a file may have done instead).
"""
