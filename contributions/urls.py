"""The employer's pages on Borang A, payment and elections (/employer/), officers' on corrections (/staff/), the banks' doors (/fpx/,
/maybank2u/), the public calculator and its help.
"""

from django.urls import path

from contributions.borang_a.kinds import Kind
from contributions.enums import PaymentMethod
from contributions.views import (
    arrears,
    calculator,
    comparing,
    corrections,
    decisions,
    direct_debit,
    election_files,
    election_recording,
    elections,
    filing,
    foreigners,
    fpx,
    handing_in,
    late_charge,
    lessons,
    matters,
    member_elections,
    mending,
    mending_file,
    payment,
    payment_history,
    receipts,
    suspense,
    wage_lists,
    wage_rows,
)

employer_patterns = [
    path("filings/", filing.filings, name="filings"),
    path("filings/compare/", comparing.compare, name="compare"),
    path("filings/new/", filing.filing_new, name="filing_new"),
    path("filings/<int:pk>/", filing.filing, name="filing"),
    path("filings/<int:pk>/rows/<int:line>/", filing.filing_row, name="filing_row"),
    path("filings/<int:pk>/rows/<int:line>/mend/", mending.row_mend, name="row_mend"),
    path("filings/<int:pk>/rows/<int:line>/leave-out/", mending.row_leave_out, name="row_leave_out"),
    path("filings/<int:pk>/causes/<slug:code>/", mending.filing_cause, name="filing_cause"),
    path("filings/<int:pk>/bad-rows/", mending_file.bad_rows_file, name="bad_rows_file"),
    path("filings/<int:pk>/bad-rows.csv", mending_file.bad_rows_download, {"kind": Kind.CSV}, name="bad_rows_csv"),
    path("filings/<int:pk>/bad-rows.xlsx", mending_file.bad_rows_download, {"kind": Kind.XLSX}, name="bad_rows_xlsx"),
    path("filings/<int:pk>/mends/", mending.filing_mends, name="filing_mends"),
    path("filings/<int:pk>/mends/<int:mending_id>/undo/", mending.mending_undo, name="mending_undo"),
    path("filings/<int:pk>/sheet/", decisions.filing_sheet, name="filing_sheet"),
    path("filings/<int:pk>/submit/", decisions.filing_submit, name="filing_submit"),
    path("filings/<int:pk>/decide/", decisions.filing_decide, name="filing_decide"),
    path("filings/<int:pk>/discard/", decisions.filing_discard, name="filing_discard"),
    path("filings/<int:pk>/take-back/", decisions.filing_take_back, name="filing_take_back"),
    path("filings/<int:pk>/cancel/", decisions.filing_cancel, name="filing_cancel"),
    path("filings/<int:pk>/reread/", decisions.filing_reread, name="filing_reread"),
    path("filings/<int:pk>/pay/", payment.filing_pay, name="filing_pay"),
    path("wage-lists/new/", wage_lists.wage_list_new, name="wage_list_new"),
    path("wage-lists/<int:pk>/", wage_lists.wage_list, name="wage_list"),
    path("wage-lists/<int:pk>/add/foreigner/", foreigners.wage_list_foreigner, name="wage_list_foreigner"),
    path("wage-lists/<int:pk>/add/", wage_rows.wage_list_add, name="wage_list_add"),
    path("wage-lists/<int:pk>/rows/<int:row>/", wage_rows.wage_row, name="wage_row"),
    path("wage-lists/<int:pk>/done/", handing_in.wage_list_done, name="wage_list_done"),
    path("wage-lists/<int:pk>/nil/", handing_in.wage_list_nil, name="wage_list_nil"),
    path("wage-lists/<int:pk>/discard/", handing_in.wage_list_discard, name="wage_list_discard"),
    path("wage-lists/<int:pk>/reopen/", handing_in.wage_list_reopen, name="wage_list_reopen"),
    path("arrears/", arrears.arrears, name="arrears"),
    path("payments/", payment_history.payments, name="payments"),
    path("direct-debit/", direct_debit.direct_debit, name="direct_debit"),
    path("direct-debit/new/", direct_debit.direct_debit_new, name="direct_debit_new"),
    path("direct-debit/<int:pk>/end/", direct_debit.direct_debit_end, name="direct_debit_end"),
    path("payments.csv", payment_history.payments_csv, name="payments_csv"),
    path("payments/<slug:order_no>/receipt.txt", payment_history.payment_receipt, name="payment_receipt"),
    path("payments/<slug:order_no>/", payment.payment, name="payment"),
    path("payments/<slug:order_no>/bank/", payment.payment_go, name="payment_go"),
    path("payments/<slug:order_no>/ask/", payment.payment_ask, name="payment_ask"),
    path("payments/<slug:order_no>/cancel/", payment.payment_cancel, name="payment_cancel"),
    path("payments/<slug:order_no>/refund/", payment.payment_refund, name="payment_refund"),
    path("suspense/", suspense.suspense, name="suspense"),
    path("template.csv", filing.template_file, {"kind": Kind.CSV}, name="template"),
    path("template.xlsx", filing.template_file, {"kind": Kind.XLSX}, name="template_xlsx"),
    path("template.txt", filing.template_file, {"kind": Kind.SDBA}, name="template_sdba"),
    path("elections/", elections.elections, name="elections"),
    path("elections/new/", election_recording.election_new, name="election_new"),
    path("elections/<int:pk>/", elections.election, name="election"),
    path("elections/<int:pk>/cancel/", election_recording.election_cancel, name="election_cancel"),
    path("elections/<int:pk>/copy/", elections.election_copy, name="election_copy"),
    path("elections/<int:pk>/document/", elections.election_document, name="election_document"),
    path("elections/template.csv", election_files.election_template, name="election_template"),
    path("elections/files/new/", election_files.election_file_new, name="election_file_new"),
    path("elections/files/<int:pk>/", election_files.election_file, name="election_file"),
]

member_patterns = [path("elections/", member_elections.member_elections, name="elections")]

staff_patterns = [
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/new/", corrections.correction_new, name="correction_new"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/decide/", corrections.correction_decide, name="correction_decide"),
    path("rows/<int:pk>/", corrections.row, name="row"),
    path("receipts/", receipts.receipt_files, name="receipt_files"),
    path("receipts/upload/", receipts.receipt_upload, name="receipt_upload"),
    path("receipts/<int:pk>/", receipts.receipt_file, name="receipt_file"),
    path("receipts/<int:pk>/file.txt", receipts.receipt_file_copy, name="receipt_file_copy"),
    path("suspense/", suspense.all_suspense, name="suspense"),
    path("suspense/<slug:number>/", suspense.suspense_of, name="suspense_of"),
    path("payments/", matters.matters, name="matters"),
    path("payments/<int:pk>/", matters.matter, name="matter"),
    path("payments/<int:pk>/decide/", matters.matter_decide, name="matter_decide"),
]

fpx_patterns = [
    path("direct/", fpx.direct, name="direct"),
    path("indirect/", fpx.indirect, name="indirect"),
]

maybank2u_patterns = [
    path("direct/", fpx.direct, {"method": PaymentMethod.MAYBANK2U}, name="direct"),
    path("indirect/", fpx.indirect, {"method": PaymentMethod.MAYBANK2U}, name="indirect"),
]

calculator_patterns = [
    path("contribution/", calculator.contribution, name="contribution"),
    path("contribution/list/", calculator.employees, name="several"),
    path("contribution/list.csv", calculator.employees_csv, name="several_csv"),
    path("late-charge/", late_charge.late_charge, name="late_charge"),
]

help_patterns = [path("contributions/", lessons.contributions, name="contributions")]
