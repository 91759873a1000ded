from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kwsp_portal.documents"
    verbose_name = "Dokumen"
