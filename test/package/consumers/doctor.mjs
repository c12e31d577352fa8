import { examine, exitStatus } from 'wechat-login-doctor';

const findings = [];
for await (const finding of examine('http://127.0.0.1:1/', { network: false })) findings.push(finding);
console.log(findings.map(({ id }) => id).join(' '), exitStatus(findings));
