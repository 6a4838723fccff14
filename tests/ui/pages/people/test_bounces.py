"""That mail to a person comes back, where they and administrators see it: what is known, what to do, and that it works again."""

from domain.access.permissions import Role
from domain.channels.model import BouncingAddress
from tests.domain.channels.channels import webhook
from tests.domain.oncall.desk import mail, person
from tests.fakes import RunningApplication
from tests.ui.conftest import Console
from tests.ui.pages.channels.test_list import act as of_channel
from tests.ui.pages.people.test_list import act
from tests.ui.until import until

CAME_BACK = 'came back on 2027-01-15T08:00:00Z: 550 no such user'


async def bounced(application: RunningApplication, whose: str, address: str) -> BouncingAddress:
    """Mail to a person came back, as a mail gateway handed it over."""
    channel = await mail(application)
    mark = BouncingAddress(
        id='mark',
        enterprise=application.enterprise,
        channel=channel.id,
        address=address,
        recipient=whose,
        at=1_800_000_000.0,
        said='550 no such user',
    )
    await application.transactor.transact(lambda tx: tx.put(mark))
    return mark


async def works_again(console: Console) -> None:
    console.user.find(marker='forget-bounces').click()
    await console.user.should_see('Mail is taken to arrive there again.')
    await until(lambda: not console.application.fleet[BouncingAddress])
    await console.user.should_not_see(marker='forget-bounces')


async def test_a_person_reads_it_where_they_say_how_they_are_reached(console: Console) -> None:
    me = await console.sign_in(Role.OPERATOR)
    await bounced(console.application, me.id, me.email)
    await console.user.open('/on-call')
    console.user.find(marker='contact').click()
    await console.user.should_see(f'Mail to {me.email} {CAME_BACK}')
    await console.user.should_see('Have the mailbox mended, or choose another address')
    await works_again(console)


async def test_an_administrator_reads_it_of_each_person(console: Console) -> None:
    await person(console.application, 'ann')
    await bounced(console.application, 'P-ann', 'ann@example.com')
    await console.sign_in()
    await console.user.open('/people')
    await console.user.should_see(marker='people')
    act(console, 'people', 'manage', 'P-ann')
    await console.user.should_see(f'Mail to ann@example.com {CAME_BACK}')
    await works_again(console)


async def test_the_form_of_a_channel_says_whose_address_it_is(console: Console) -> None:
    await person(console.application, 'ann')
    mark = await bounced(console.application, 'P-ann', 'ann@example.com')
    await console.sign_in()
    await console.user.open('/channels')
    of_channel(console, 'edit', mark.channel)
    await console.user.should_see(f'Mail to ann@example.com (ann) {CAME_BACK}')
    await console.user.should_see('Correct the address here')
    await works_again(console)


async def test_nothing_is_said_where_no_mail_came_back(console: Console) -> None:
    channel, _ = await webhook(console.application)
    await console.sign_in()
    await console.user.open('/channels')
    of_channel(console, 'edit', channel.id)
    await console.user.should_see(marker='save')
    await console.user.should_not_see(marker='forget-bounces')
