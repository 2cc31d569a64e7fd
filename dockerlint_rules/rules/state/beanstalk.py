"""Rules about beanstalk."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF416", severity=Severity.WARNING, profiles=("elastic-beanstalk",))
def volume_on_beanstalk_instance(stage: Stage) -> Iterator[Finding]:
    """Volume is stored on a replaceable Beanstalk instance.

    A volume lies on the disk of one instance. Beanstalk adds, removes and replaces instances, at each update of the platform
    and whenever the load changes: two instances have two sets of data, and a new one has none.

    Bad::

    ```dockerfile
    FROM wordpress:6
    VOLUME /var/www/html/wp-content
    #      ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["gunicorn", "shop.wsgi"]
    ```

    How to fix: keep data in RDS, EFS or S3, which all instances share.

    Source: AWS, "Elastic Beanstalk concepts" and "Design considerations", persistent storage.
    """
    if not stage.is_final:
        return
    for word in stage.volumes[:1]:
        yield Finding.at(
            word,
            f"The volume {word.value} lies on one instance, which Elastic Beanstalk replaces at will. Keep the data in RDS, EFS or S3.",
        )
