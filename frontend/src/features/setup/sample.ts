/** A small made-up job and resume, to try the product without documents of one's own. */
export const SAMPLE_JOB = `Customer Support Lead, Harbour Bicycles

We rent and repair bicycles in three shops. You lead a team of five who answer customers on the phone and by e-mail.

Requirements
- Experience in customer service, by phone and in writing
- You stay calm with upset customers and find fair solutions
- You can train new colleagues and give useful feedback
- You keep an eye on response times and improve them
- Good knowledge of spreadsheets or a ticket system`;

export const SAMPLE_RESUME = `Alex Morgan

Experience
Riverside Hotel, front desk supervisor, 2021 to 2025
- Led four colleagues and wrote the weekly rota
- Cut the average wait at check-in from nine minutes to four by preparing keys in the morning
- Handled complaints and agreed refunds up to 200 euros
Book Corner, shop assistant, 2018 to 2021
- Advised customers and ran the ordering of school books

Skills
Spreadsheets, hotel booking system, English and Spanish`;
