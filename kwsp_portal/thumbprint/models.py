"""What lies on the demo's readers. Real readers keep nothing here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DemoTouch(models.Model):
    """A card in a demo reader with a thumb on it: that of its holder, or another's. It is read once."""

    reader = models.CharField(_("Pembaca"), max_length=40)
    card = models.CharField(_("Nombor pada kad"), max_length=15)
    own = models.BooleanField(_("Ibu jari pemegang kad"))
    put_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(card__regex=r"^[A-Z0-9]{5,15}$"), name="demo_touch_card_form"),)
        indexes = (models.Index(fields=["reader", "-id"], name="demo_touch_reader", condition=Q(read_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.reader} {self.put_at}"
