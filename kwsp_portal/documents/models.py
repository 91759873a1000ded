"""Files that people uploaded, kept as they came."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One uploaded file, byte for byte, in the transaction of the act that needed it; never served inline. What a bank sent, nobody uploaded."""

    name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fail")
        verbose_name_plural = _("fail")

    def __str__(self) -> str:
        return f"{self.name} ({self.size})"
