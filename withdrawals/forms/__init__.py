"""The forms of withdrawals, by subject."""

from withdrawals.forms.applying import AmountForm as AmountForm
from withdrawals.forms.applying import AppealForm as AppealForm
from withdrawals.forms.applying import DeclarationForm as DeclarationForm
from withdrawals.forms.applying import PaperForm as PaperForm
from withdrawals.forms.applying import ParticularsForm as ParticularsForm
from withdrawals.forms.applying import PayeeForm as PayeeForm
from withdrawals.forms.estimating import ACCOUNTS as ACCOUNTS
from withdrawals.forms.estimating import CalculatorForm as CalculatorForm
