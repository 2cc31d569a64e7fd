"""Rules about volumes on AWS Elastic Beanstalk."""

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

    A volume is stored on the disk of one instance. Elastic Beanstalk adds, removes and replaces instances when the load
    changes and when it updates the platform. Two instances have different data, and a new instance has none.

    Bad::

    ```dockerfile
    FROM wordpress:6
    VOLUME /var/www/html/wp-content
    #      ^^^^^^^^^^^^^^^^^^^^^^^^ is stored on one instance
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["gunicorn", "shop.wsgi"]
    ```

    How to fix: keep the data in RDS, EFS or S3, which all instances share.

    Source: AWS, "Elastic Beanstalk concepts" and "Design considerations", persistent storage.
    """
    if not stage.is_final:
        return
    for word in stage.volumes[:1]:
        yield Finding.at(
            word,
            f"Volume '{word.value}' is stored on one instance, which Elastic Beanstalk may replace at any time. "
            "Keep the data in RDS, EFS or S3.",
        )
