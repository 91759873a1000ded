"""`manage.py make_catalogues`: brings the .po files up to date with the code and compiles them. Needs no GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from kwsp_portal.frame.catalogues import audit, mo, po

FORMS = {"en": 2, "ms": 1}


class Command(BaseCommand):
    help = "Adds new messages to the .po files, drops those that nobody asks for, keeps every translation, and writes the .mo files."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language, forms in FORMS.items():
            folder = audit.folder(language)
            path = folder / "django.po"
            before = po.read(path) if path.exists() else {}
            catalogue = {message: before.get(message, ("",) * (forms if message.plural else 1)) for message in audit.wanted(language)}
            po.write(path, language, catalogue)
            mo.write(folder / "django.mo", language, catalogue)
            missing = sum(not all(translations) for translations in catalogue.values())
            self.stdout.write(
                f"{language}: {len(catalogue)} messages, {missing} without a translation, {len(before.keys() - catalogue.keys())} dropped"
            )
