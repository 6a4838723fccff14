"""The reports: their shape is public."""

from pathlib import Path

from tests.fakes import running_application
from tests.ui.doctor.examined import at_rest, sources
from ui.doctor.table import ENTERPRISE, FLEET, INSTALLATION, of_enterprise, of_installation, report


async def test_a_report_has_a_line_for_every_row_with_and_without_a_server(tmp_path: Path) -> None:
    names = [row.name for row in INSTALLATION] + [row.name for row in FLEET]
    assert len(set(names)) == len(names)
    assert [finding.name for finding in await of_installation(at_rest(tmp_path))] == names
    async with running_application() as application:
        findings = await of_installation(sources(application, tmp_path))
        assert [finding.name for finding in findings] == ['server', *names]
        told = report(findings)
        assert told.keys() == {'at', 'version', 'python', 'system', 'state', 'findings'}
        for line in told['findings']:
            assert {'name', 'title', 'state', 'words', 'figures'} <= line.keys()
            assert line['words'].endswith('.')
            assert ('advice' in line) or line['state'] in ('ok', 'not known')


async def test_an_enterprise_is_told_of_itself_alone() -> None:
    async with running_application() as application:
        other = await application.enterprises.add('Port of Ghent')
        device = await application.device()
        await application.check_in(device.id)
        fleets = application.fleets
        mine = {finding.name: finding.said for finding in await of_enterprise(application.fleet, application.clock)}
        theirs = {finding.name: finding.said for finding in await of_enterprise(fleets.of(other.id), application.clock)}
        assert [*mine] == [row.name for row in ENTERPRISE]
        assert (mine['device_clocks'].figures['heard'], theirs['device_clocks'].figures['heard']) == (1, 0)
