"""Two officers who say to whom what goes back is paid, for tests."""

from datetime import date, datetime
from typing import Any

from contributions.enums import PayeeBasis
from contributions.models import ReturnPayee, VoluntaryReturn
from contributions.services import return_payees
from contributions.services.counter_payers import Payer
from kwsp_portal.documents.services import Upload
from members.identity.models import User

PAPER = Upload("surat.pdf", b"%PDF-1.4 surat kuasa mentadbir")
DEATH = Upload("sijil.pdf", b"%PDF-1.4 sijil kematian")
HEIR = Payer(name="SITI BINTI ALI", identity="900202105566", phone="+60129876543")
REASON = "Waris membawa dokumen ke kaunter."


def asked(basis: PayeeBasis = PayeeBasis.PAYER, payee: Payer | None = None, **more: Any) -> return_payees.Asked:
    death = None if basis is PayeeBasis.PAYER else DEATH
    return return_payees.Asked(**{"basis": basis, "payee": payee, "reason": REASON, "document": PAPER, "death_paper": death, **more})


def propose(of: VoluntaryReturn, said: return_payees.Asked, *, by: User, on: date, at: datetime) -> ReturnPayee:
    return return_payees.propose(returned_id=of.pk, asked=said, by=by, on=on, at=at)


def approve(found: ReturnPayee, *, by: User, on: date, at: datetime) -> ReturnPayee:
    return return_payees.approve(payee_id=found.pk, by=by, on=on, at=at)
