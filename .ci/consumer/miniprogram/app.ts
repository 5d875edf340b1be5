import { reach } from './reach'
import './entries'

App(reach.app({}))
