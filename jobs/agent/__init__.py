"""The agent of a Linux device: enrols once, observes the machine, checks in, carries out commands.

Enter through :func:`jobs.agent.run.run_agent` with :class:`jobs.agent.options.AgentOptions`.
"""
