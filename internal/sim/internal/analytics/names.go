package analytics

import "strings"

// The names below are the enumerations of the platform's API description (tag
// analytics, ConversationAggregationQuery). A name outside them is refused; most of
// those inside have no value for the contacts of the simulator and so are silent.

// Metrics lists the 80 metrics.
func Metrics() []string {
	return strings.Fields(`
		nBlindTransferred nBotInteractions nCallbackAttempts nCallbackOverSla nCallbackScheduled nCfcOffered
		nCobrowseSessions nConnected nConsult nConsultTransferred nConversations nError nOffered nOutbound
		nOutboundAbandoned nOutboundAttempted nOutboundConnected nOverSla nStateTransitionError nTakeover nTransferred
		oAudioMessageCount oCallbackServiceLevel oExternalAudioMessageCount oExternalMediaCount oMediaCount oMessageCount
		oMessageSegmentCount oMessageTurn oServiceLevel oServiceTarget oSkillExpressionApplications tAbandon tAcd
		tActiveCallback tActiveCallbackComplete tAcw tAgentResponseTime tAgentVideoConnected tAlert tAnswered
		tAverageAgentResponseTime tAverageCustomerResponseTime tBarging tCallbackAbandon tCallbackConnect
		tCallbackNotReached tCallbackVirtualWait tCfcAbandon tCfcAcd tCfcAnswered tCfcFlowOut tCoaching tCoachingComplete
		tConnected tContacting tDialing tFirstConnect tFirstDial tFirstEngagement tFirstResponse tFlowOut tHandle tHeld
		tHeldComplete tIvr tMonitoring tMonitoringComplete tNotResponding tPark tParkComplete tScreenMonitoring
		tShortAbandon tSnippetRecord tTalk tTalkComplete tTransmitting tUserResponseTime tVoicemail tWait`)
}

// dimensions lists the 83 dimensions results can be grouped by.
func dimensions() []string {
	return strings.Fields(`
		activeRouting activeSkillId addressFrom addressTo agentAssistantId agentBullseyeRing agentOwned agentRank
		agentScore ani assignerId authenticated conversationId conversationInitiator convertedFrom convertedTo
		customerParticipation deliveryStatus destinationAddress direction disconnectType divisionId dnis edgeId
		eligibleAgentCount errorCode extendedDeliveryStatus externalContactId externalMediaCount externalOrganizationId
		externalTag firstQueue flaggedReason flowInType flowOutType groupId interactionType journeyActionId
		journeyActionMapId journeyActionMapVersion journeyCustomerId journeyCustomerIdType journeyCustomerSessionId
		journeyCustomerSessionIdType knowledgeBaseId mediaCount mediaType messageType originatingDirection
		originatingSocialMediaPublic outboundCampaignId outboundContactId outboundContactListId participantName peerId
		proposedAgentId provider purpose queueId remote removedSkillId requestedLanguageId requestedRouting
		requestedRoutingSkillId roomId routingPriority routingRing routingRule routingRuleType scoredAgentId
		selectedAgentId selectedAgentRank selfServed sessionDnis sessionId skillExpressionId stationId teamId usedRouting
		userId videoPresent waitingInteractionCount wrapUpCode`)
}

// FilterDimensions lists the 84 dimensions a predicate can name.
func FilterDimensions() []string { return append(dimensions(), "canonicalExternalContactId") }

// unsortable are the metrics results cannot be sorted by.
func unsortable() []string {
	return []string{"oCallbackServiceLevel", "oServiceLevel", "tShortAbandon", "tWait"}
}

func isTimer(metric string) bool { return strings.HasPrefix(metric, "t") }
