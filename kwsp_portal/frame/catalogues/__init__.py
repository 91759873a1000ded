"""Catalogues of translations without GNU gettext: what the code says (`extract`), what the files hold (`po`, `mo`), what libraries say
(`libraries`), and what is wrong between them (`audit`). `manage.py check_catalogues` and `make_catalogues` are their doors."""
