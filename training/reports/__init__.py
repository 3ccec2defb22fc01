"""A run's report: figures drawn once for page, HTML and PDF. No Django.

`contents` says what a report holds, `figures` draws its plots, `gallery` its pictures, `html` and
`pdf` put them together.
"""
