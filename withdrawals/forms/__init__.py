"""The forms of withdrawals, by subject."""

from withdrawals.forms.applying import AmountForm as AmountForm
from withdrawals.forms.applying import AppealForm as AppealForm
from withdrawals.forms.applying import BeginForm as BeginForm
from withdrawals.forms.applying import CounterAppealForm as CounterAppealForm
from withdrawals.forms.applying import CounterCancelForm as CounterCancelForm
from withdrawals.forms.applying import DeclarationForm as DeclarationForm
from withdrawals.forms.applying import PaperForm as PaperForm
from withdrawals.forms.applying import ParticularsForm as ParticularsForm
from withdrawals.forms.applying import PayeeForm as PayeeForm
from withdrawals.forms.applying import PostedForm as PostedForm
from withdrawals.forms.bankruptcies import BankruptcyForm as BankruptcyForm
from withdrawals.forms.estimating import ACCOUNTS as ACCOUNTS
from withdrawals.forms.estimating import CalculatorForm as CalculatorForm
from withdrawals.forms.holidays import HolidayEndForm as HolidayEndForm
from withdrawals.forms.holidays import HolidayForm as HolidayForm
