curl -s $SANDBOX/sandbox/users -d '{"openId":"alice"}'
curl -s $SANDBOX/sandbox/subscriptions -d '{"openId":"alice","templateId":"pickup","answer":"accept"}'
