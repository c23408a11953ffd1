"""The benchmarks: one module each, with a NAME, a DESCRIPTION and ``run(say) -> figures``.

`python -m bench` lists them; `docs/benchmarks.md` keeps what they showed.
"""
