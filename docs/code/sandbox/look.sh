curl -s $SANDBOX/sandbox/inbox/alice
curl -s $SANDBOX/sandbox/calls
