"""Reports as mail servers write them."""

POSTFIX = """\
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F3C51A2.1760000000/mx.example.net"

--4F3C51A2.1760000000/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

--4F3C51A2.1760000000/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F3C51A2
Arrival-Date: Mon, 18 Jan 2027 08:00:01 +0000 (UTC)

Final-Recipient: rfc822; {failed}
Original-Recipient: rfc822;{failed}
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <{failed}>: Recipient address rejected: User
    unknown in local recipient table

--4F3C51A2.1760000000/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{headers}

--4F3C51A2.1760000000/mx.example.net--
"""
EXCHANGE = """\
From: postmaster@example.org
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

Delivery has failed.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;EX1.example.org

Final-Recipient: rfc822;{failed}
Action: {action}
Status: 5.2.2
Diagnostic-Code: smtp;552 5.2.2 mailbox full
X-Display-Name: Ana

--b1
Content-Type: message/rfc822

{headers}

words of the letter

--b1--
"""


def report(
    form: str,
    *,
    to: str = 'bounces@example.com',
    failed: str = 'ann@example.com',
    action: str = 'failed',
    headers: str = 'Subject: x',
) -> bytes:
    """One of them, about an address and a letter."""
    return form.format(to=to, failed=failed, action=action, headers=headers).encode()
