/** Before anything of the page is shown: it asks its server with the token of this browser. */
import { browserEnvironment } from '../../live/environment.js'
import { Live, useLive } from '../../live/live.js'
import { serverAddress } from '../place/navigate.js'
import { fetchWithToken, takeTokenFromAddress } from './token.js'

takeTokenFromAddress()
useLive(new Live(serverAddress(), { ...browserEnvironment(), fetch: fetchWithToken }))
