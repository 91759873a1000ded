from django.urls import include, path

from kwsp_portal.demobank import direct_debit as dda
from kwsp_portal.demobank import names, payouts, receipts, settlement, views

protocol = [
    path("seller2DReceiver.jsp", views.receiver, name="receiver"),
    path("sellerNVPTxnStatus.jsp", views.enquiry, name="enquiry"),
    path("RetrieveBankList", views.bank_list, name="bank_list"),
    path("AccountNameEnquiry", names.enquiry, name="name_enquiry"),
    path("SettlementFile", settlement.download, name="settlement_file"),
    path("ReceiptFile", receipts.download, name="receipt_file"),
]
maybank2u = [
    path("pay", views.maybank2u_receiver, name="maybank2u_receiver"),
    path("status", views.maybank2u_status, name="maybank2u_status"),
]
direct_debit = [
    path("mandate", dda.mandate, name="mandate"),
    path("end", dda.end, name="mandate_end"),
    path("collection", dda.collection, name="collection"),
    path("answers", dda.answers, name="collection_answers"),
]
payout_desk = [
    path("file", payouts.take, name="payout_file"),
    path("answers", payouts.answers, name="payout_answers"),
]
pages = [
    path("", views.home, name="home"),
    path("pay/<str:token>/", views.order, name="order"),
    path("pay/<str:token>/pay/", views.pay, name="pay"),
    path("pay/<str:token>/cancel/", views.cancel, name="cancel"),
    path("pay/<str:token>/done/", views.done, name="done"),
    path("orders/<str:token>/<str:act>/", views.act, name="act"),
    path("branches/<str:token>/switch/", views.switch, name="switch"),
    path("names/", names.show, name="names"),
    path("names/<str:token>/behave/", names.behave, name="names_behave"),
    path("settlement/", settlement.show, name="settlement"),
    path("settlement/<str:token>/behave/", settlement.behave, name="settlement_behave"),
    path("direct-debit/", dda.show, name="direct_debit"),
    path("direct-debit/<str:token>/behave/", dda.behave, name="direct_debit_behave"),
    path("direct-debit/<str:token>/cancel/", dda.cancel, name="mandate_cancel"),
    path("payouts/", payouts.show, name="payouts"),
    path("payouts/<str:token>/behave/", payouts.behave, name="payouts_behave"),
    path("receipts/", receipts.show, name="receipts"),
    path("receipts/<str:token>/make/", receipts.make, name="receipts_make"),
    path("receipts/<str:token>/mend/", receipts.mend, name="receipts_mend"),
    path("receipts/<str:token>/file.txt", receipts.copy, name="receipts_copy"),
    path("orders.json", views.orders_json, name="orders_json"),
    path("healthz", views.health, name="health"),
]
# Server to server the bank answers at its root as FPX does; the browser sees it under the portal's /demo/bank/.
urlpatterns = [
    path("demo/bank/FPXMain/", include(protocol)),
    path("demo/bank/Maybank2u/", include(maybank2u)),
    path("demo/bank/", include(pages)),
    path("FPXMain/", include((protocol, "direct"), namespace="direct")),
    path("DirectDebit/", include((direct_debit, "dda"), namespace="dda")),
    path("Payouts/", include((payout_desk, "payouts"), namespace="payout_desk")),
    path("Maybank2u/", include((maybank2u, "maybank2u"), namespace="maybank2u")),
]
handler400 = "kwsp_portal.demobank.views.bad_request"
handler404 = "kwsp_portal.demobank.views.not_found"
handler500 = "kwsp_portal.demobank.views.server_error"
