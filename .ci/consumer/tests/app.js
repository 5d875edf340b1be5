const { reach } = require('./reach')

App(reach.app())
