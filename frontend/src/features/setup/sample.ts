/** A made-up job and a made-up resume, for whoever wants to look around first. */

export const SAMPLE_JOB = {
  title: 'Sample job: Support engineer, Halden Water',
  text: `Support engineer
Halden Water, Leeds (hybrid)

About the role
Halden Water reads 400,000 water meters a day. Our support engineers keep the data flowing and help the people who depend on it.

You will
- Find out why readings are missing or wrong, and put it right
- Write small tools in Python and SQL that save the team time
- Explain technical problems to customers in plain words
- Work with field technicians and product teams to stop the same fault from coming back
- Take part in the on-call rota, one week in six

You have
- Experience in technical support or operations of a live service
- Good SQL and some Python
- Experience of finding the cause of incidents, and of writing about them openly
- Clear writing, and patience with people under pressure

It helps if you have
- Experience with message queues or data pipelines
- Knowledge of monitoring, for example Grafana
`,
};

export const SAMPLE_RESUME = {
  title: 'Sample resume: Robin Okafor',
  text: `Robin Okafor
Support analyst, Leeds

Experience
Support analyst, Brightline Parcels, 2022 to now
- Second-line support of the parcel tracking service, used by 60 depots
- Wrote a Python script that finds stuck parcels every morning; it replaced two hours of manual checks a day
- Led the review after the December outage and wrote the public report
- Trained four new colleagues on the SQL behind the depot dashboard

Customer adviser, Corner Energy, 2019 to 2022
- Answered about 50 calls a day on meter readings and bills
- Suggested a change of the bill's front page; calls about estimated readings fell by a third

Education
BSc Geography, University of Leeds, 2019

Skills
SQL, Python, Grafana, incident reviews, plain-language writing
`,
};
