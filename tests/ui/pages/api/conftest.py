from tests.ui.api.conftest import served as served
