"""The bank's books: orders, the direct messages still to be delivered, and which banks are off-line."""

import secrets
from enum import StrEnum

from django.db import models

from kwsp_portal.demobank import enums


def new_token() -> str:
    """The unguessable part of a form's address. It stands in for a CSRF token: only a page of the bank shows it."""
    return secrets.token_urlsafe(24)


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class Order(models.Model):
    """One AR or MR that was taken. `request` is its signed text: the same again is the same order, another is a duplicate."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    order_no = models.CharField(max_length=40, unique=True)
    request = models.TextField()
    reference = models.CharField(max_length=40)
    seller_id = models.CharField(max_length=10)
    seller_ex_id = models.CharField(max_length=10)
    seller_txn_time = models.DateTimeField()
    model = models.CharField(max_length=2)
    way = models.CharField(max_length=10, choices=_choices(enums.Way), default=enums.Way.FPX)
    amount_sen = models.BigIntegerField()
    bank_code = models.CharField(max_length=10)
    buyer_name = models.CharField(max_length=40, blank=True)
    buyer_id = models.CharField(max_length=20, blank=True)
    maker_name = models.CharField(max_length=40, blank=True)
    product = models.CharField(max_length=30)
    received_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=_choices(enums.State), default=enums.State.OPEN)
    code = models.CharField(max_length=2, default="09")
    debited_sen = models.BigIntegerField()
    auth_no = models.CharField(max_length=20, blank=True)
    fpx_txn_id = models.CharField(max_length=20, blank=True)
    fpx_txn_time = models.DateTimeField(null=True)

    direct = models.CharField(max_length=10, choices=_choices(enums.Direct), default=enums.Direct.NORMAL)
    delay_seconds = models.PositiveIntegerField(default=0)
    copies = models.PositiveIntegerField(default=1)
    returns = models.CharField(max_length=10, choices=_choices(enums.Return), default=enums.Return.RETURNS)
    fault = models.CharField(max_length=20, choices=_choices(enums.Fault), default=enums.Fault.NONE)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="order_amount_positive", condition=models.Q(amount_sen__gt=0, debited_sen__gt=0)),
            models.CheckConstraint(
                name="order_approved_has_transaction",
                condition=~models.Q(code="00") | (models.Q(fpx_txn_time__isnull=False) & ~models.Q(fpx_txn_id="")),
            ),
        )

    def __str__(self) -> str:
        return self.order_no


class Message(models.Model):
    """A direct AC on its way: resent until the portal answers `OK`. `body` is kept as signed, so copies are identical."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="messages")
    code = models.CharField(max_length=2)
    body = models.TextField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_answer = models.CharField(max_length=100, blank=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(name="message_to_send", fields=["due_at"], condition=models.Q(acknowledged_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.code}"


class Branch(models.Model):
    """A bank behind FPX that somebody switched; one without a row is on-line."""

    code = models.CharField(max_length=10, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    online = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """An account that the bank has in its books: opened, in the name that was told, by the first question about it."""

    bank = models.CharField(max_length=11)
    number = models.CharField(max_length=20)
    holder = models.CharField(max_length=120)
    questions = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (models.UniqueConstraint(fields=["bank", "number"], name="account_once"),)

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"


class NameBehaviour(models.Model):
    """How the bank answers questions about names from now on; with `left`, for so many questions. There is one row."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    fault = models.CharField(max_length=20, choices=_choices(enums.NameFault), default=enums.NameFault.NONE)
    delay_seconds = models.PositiveIntegerField(default=5)
    left = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.fault


class SettlementBehaviour(models.Model):
    """How the bank makes its settlement files from now on. There is one row."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    fault = models.CharField(max_length=20, choices=_choices(enums.SettlementFault), default=enums.SettlementFault.NONE)

    def __str__(self) -> str:
        return self.fault


class Mandate(models.Model):
    """A direct debit that an account's holder lets the seller make, as the bank has it in its books."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    number = models.CharField(max_length=20, unique=True)
    seller_id = models.CharField(max_length=10)
    bank = models.CharField(max_length=11)
    account = models.CharField(max_length=20)
    holder = models.CharField(max_length=120)
    ceiling_sen = models.BigIntegerField()
    state = models.CharField(max_length=9, default="PENDING")
    reason = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class Collection(models.Model):
    """A collection file that was taken. There is one of a day."""

    on = models.DateField()
    seller_id = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-on",)
        constraints = (models.UniqueConstraint(fields=["seller_id", "on"], name="collection_of_a_day_once"),)

    def __str__(self) -> str:
        return str(self.on)


class Debit(models.Model):
    """A row of a collection file, and what the bank did: `code`, and for what it took its number and time."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="debits")
    order_no = models.CharField(max_length=40)
    mandate_no = models.CharField(max_length=20)
    amount_sen = models.BigIntegerField()
    code = models.CharField(max_length=2)
    bank_id = models.CharField(max_length=20, blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.order_no


class DirectDebitBehaviour(models.Model):
    """What the bank does with mandates and collections from now on. There is one row."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    mandate = models.CharField(max_length=20, choices=_choices(enums.MandateFault), default=enums.MandateFault.NONE)
    collection = models.CharField(max_length=20, choices=_choices(enums.CollectionFault), default=enums.CollectionFault.NONE)

    def __str__(self) -> str:
        return f"{self.mandate} {self.collection}"


class PayoutFile(models.Model):
    """A payout file that was taken. There is one of a day."""

    on = models.DateField()
    seller_id = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-on",)
        constraints = (models.UniqueConstraint(fields=["seller_id", "on"], name="payout_file_of_a_day_once"),)

    def __str__(self) -> str:
        return str(self.on)


class Payout(models.Model):
    """A row of a payout file, and what the bank did: `result`, and for what it paid its number and time. A number is paid once, in whatever file."""

    file = models.ForeignKey(PayoutFile, on_delete=models.CASCADE, related_name="payouts")
    number = models.CharField(max_length=20)
    bank = models.CharField(max_length=11)
    account = models.CharField(max_length=20)
    holder = models.CharField(max_length=120)
    amount_sen = models.BigIntegerField()
    result = models.CharField(max_length=8)
    bank_id = models.CharField(max_length=20, blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["number"], condition=models.Q(result="PAID"), name="payout_paid_once"),)

    def __str__(self) -> str:
        return self.number


class PayoutBehaviour(models.Model):
    """What the bank does with payout files from now on. There is one row."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    fault = models.CharField(max_length=20, choices=_choices(enums.PayoutFault), default=enums.PayoutFault.NONE)

    def __str__(self) -> str:
        return self.fault


class ReceiptDesk(models.Model):
    """Where files of receipts are made; its token is in the address of the form. There is one row."""

    token = models.CharField(max_length=40, unique=True, default=new_token)

    def __str__(self) -> str:
        return self.token


class ReceiptFile(models.Model):
    """A file of receipts that the bank made. `content` is the right one, `sent` what the portal gets; `first_receipt` is the number of the first."""

    token = models.CharField(max_length=40, unique=True, default=new_token)
    number = models.PositiveIntegerField(unique=True)
    fault = models.CharField(max_length=20, choices=_choices(enums.ReceiptFault), default=enums.ReceiptFault.NONE)
    content = models.BinaryField()
    sent = models.BinaryField()
    first_receipt = models.CharField(max_length=20)
    receipts = models.PositiveIntegerField()
    amount_sen = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)
