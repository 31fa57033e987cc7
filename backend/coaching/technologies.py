# ruff: noqa: SIM905 - word lists
"""Technologies: tools that count as names even where they are written in lower case."""

from __future__ import annotations

TECHNOLOGIES = frozenset(
    """python java javascript typescript golang rust ruby php perl scala kotlin swift sql mysql postgres
    postgresql sqlite mongodb redis kafka rabbitmq spark hadoop airflow dbt snowflake bigquery redshift
    tableau powerbi looker excel word powerpoint access salesforce hubspot sap oracle jira confluence
    slack teams zoom git github gitlab bitbucket jenkins docker kubernetes terraform ansible puppet helm
    prometheus grafana datadog splunk elasticsearch kibana linux unix windows azure aws gcp lambda
    angular vue svelte django flask fastapi rails spring node nodejs express dotnet graphql grpc
    selenium cypress pytest junit figma photoshop illustrator indesign sketch autocad solidworks matlab
    pandas numpy pytorch tensorflow sklearn scikit-learn spss stata quickbooks xero workday netsuite
    zendesk intercom mailchimp wordpress shopify magento powershell bash cobol fortran vba sharepoint
    trello asana notion microservices blockchain chatgpt copilot openai epic cerner moodle canvas kahoot
    seesaw""".split()
) - {
    "access",
    "word",
    "teams",
    "spring",
    "express",
    "sketch",
    "epic",
    "canvas",
    "node",
    "notion",
    "slack",
    "zoom",
    "excel",
    "spark",
    "helm",
    "flask",
    "swift",
    "rust",
    "puppet",
    "stata",
}
