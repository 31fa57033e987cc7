"""Ladders: answers to one question from nothing to full, worst first, for several trades. Written for this project."""

from __future__ import annotations

LADDERS: dict[str, tuple[str, list[str]]] = {
    "nurse": (
        "Tell me about a time you dealt with a difficult patient.",
        [
            "",
            "It was fine.",
            "I usually deal with difficult patients by staying calm and listening because communication is very important in "
            "nursing and you should always treat people well.",
            "Last winter I had a patient on the ward who was angry about waiting for his medicine. I talked to him and I tried "
            "to calm him down and it was hard but in the end it went okay.",
            "Last winter on the surgical ward a patient called Mr Harris refused his insulin three nights in a row. I was in "
            "charge of his bay, so I had to bring his sugars down without upsetting him. I sat down, asked what worried him and "
            "found out that his brother had died after surgery. I explained what each injection was for and called the diabetes "
            "nurse to see him. In the end he took it that night, his sugars went from 22 down to 9 by the morning, and he "
            "thanked us when he was discharged.",
        ],
    ),
    "sales": (
        "Describe a situation where you turned around an unhappy customer.",
        [
            "",
            "Good.",
            "I am very good with customers. I think the customer always comes first and I always try to make everyone happy "
            "with a great attitude and lots of energy.",
            "We had a customer who was unhappy about a delivery that came late. I called them and apologised and I promised "
            "to look after it and they stayed with us.",
            "In March our customer Brightwater wanted to cancel because two deliveries came a week late. The account was mine "
            "and worth 200,000 a year, so I had to keep it. I called their director the same day, drove to their warehouse and "
            "mapped the orders with her team. Then I set up a weekly call and a stock alert in Salesforce. Since then every "
            "delivery has been on time, they renewed for two years and grew the order by 15 percent.",
        ],
    ),
    "teacher": (
        "Give me an example of how you helped a struggling student.",
        [
            "",
            "Yes I did that.",
            "Every student is different and I believe a good teacher should always find ways to help students who struggle "
            "because it is important for their future and for the class.",
            "I had a student in my class who struggled with reading. I worked with him after school and I gave him easier "
            "books and he got better at it.",
            "In my second year in Leeds a boy in my year four class read two years below his age. My goal was to get him ready "
            "for the test in June. I met his mother, listened to him read for ten minutes every morning and wrote cards with "
            "the words he missed. I also paired him with Ella, who read well. By June he had gained eighteen months on the "
            "reading test and he read aloud at assembly, and his mother told me he reads to his sister now.",
        ],
    ),
    "engineer": (
        "Tell me about a time you improved a system.",
        [
            "",
            "I fixed it.",
            "Performance is very important for systems and I would always look at the bottleneck and then optimise it, because "
            "users want things to be fast and good.",
            "Our billing job was slow and it often failed at night. I looked at the queries and I changed some of them and "
            "after that it was faster than before.",
            "Last spring our nightly billing job took forty minutes and timed out twice a week. I was on call, so I had to get "
            "it under fifteen minutes before the May invoices. I profiled it, found that it ran one query for each invoice, "
            "rewrote it in batches of 500 and added an index. I tested it against a copy of production first. It now takes "
            "nine minutes, there was no failed run since, and the finance team gets its figures at six instead of noon.",
        ],
    ),
}
RAMBLE = (
    "So yeah the billing job, well, it was a job that we had and it was the billing job, and the billing job was slow, it was "
    "really slow, and people said that it was slow. And you know the billing job was something we all knew about and everybody "
    "talked about the billing job being slow. So there was this billing job and it was slow at night and we talked about it in "
    "a meeting and then in another meeting, and the meetings were about the billing job and other things too, and there were a "
    "lot of things going on at that time with the office move and the new chairs. And then somebody said that somebody should "
    "look at the billing job because it was slow. And I looked at it, I looked at it quite a lot, and it was slow because of "
    "things in the job that made it slow. And I changed some things and there were some things that I changed and it was a lot "
    "of things. And after that it was faster, it was definitely faster, and people said that it was faster, and it was good "
    "that it was faster because before it was slow, and so the billing job was not slow any more, and everybody was happy about "
    "the billing job and the things with the billing job, and that is basically what happened with the billing job and so on."
)
STUFFED = (
    "Leadership teamwork Python Kubernetes Docker agile scrum stakeholder management results driven 40 percent improvement AWS "
    "Terraform CI/CD synergy ownership impact 99.9 percent reliability microservices mentoring delivery KPI dashboards SQL"
)
GIBBERISH = "asdf qwerk zxcvb hjklm wrtpq lkjhg mnbvc qwrtp zxcvbn ghjkl trplk vbnmq sdfgh wqrtz plkmn bvcxz hgfds rtzpq mnbvc qwrty"
REPEATED = "test test test test test test test test test test test test test test test test test test"
OFF_TOPIC = (
    "The weather in the mountains changes quickly during spring. Bring a warm jacket, boots and enough water. The train leaves "
    "from platform four and the tickets can be bought online or at the station for a small fee."
)
