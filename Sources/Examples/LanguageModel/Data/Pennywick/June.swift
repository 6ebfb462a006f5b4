/// The chronicle of June: the race of the donkeys, the fox at the fair, and the longest day.
extension EmbeddedText {
  /// What happened in June.
  static let june = #"""
    JUNE

    The lighthouse log, kept by Tobias Reed.
    1 June, 04:40. Wind south-west, force 3. Lamp burned 7 hours, the shortest
    this year but for what is to come.
    6 June, 12:00. Heat. The putty in the lantern is soft again. 26 degrees in the
    shade.
    10 June, 19:20. A yacht from Saint-Malo asked the way. Pointed. They thanked
    me in French.
    14 June, 05:15. Mist on the water, sun above it. For half an hour the tower
    stood on a cloud.
    18 June, 16:30. Tested the foghorn for the fair. Apologised to the village.
    21 June, 22:05. The longest day. Lit the lamp so late that Captain looked at
    the clock.
    22 June, 02:30. Music still going on in the harbour. A cello among it.
    25 June, 09:00. Thunderstorm. 17 flashes in 10 minutes. The rod did its duty.
    30 June, 11:45. Half of the year is gone. Oil left: 118 litres. Tea left:
    plenty. Cakes this month: 5.

    The weather in June was warm. The mean temperature was 18 degrees, and on the
    27th the thermometer at the school showed 30, so that Mr. Quill let the
    children go home at 11. There were 3 thunderstorms. It rained on 5 days, and
    44 millimetres fell, half of it on the 25th. Sunrise on the longest day was at
    04:38, and sunset at 21:32. The sea is now 15 degrees. Bram Holt has been in.

    The race of the donkeys

    At the fair in June there was a race of donkeys, from the church to the
    harbour and back again. Six donkeys ran. There was Thunder from the upper
    farm, who was black and quick. There was Duchess, who wore ribbons. There were
    the twins, Salt and Vinegar. There was a donkey from Marrow Bay whose name
    nobody could pronounce. And there was Pepper.

    "Will you win?" asked Finn, who was riding him.

    Pepper moved one ear.

    Mr. Quill let his handkerchief fall, and off they went. Thunder shot ahead
    like a cannon ball. The twins ran side by side and tried to bite each other.
    Duchess lost a ribbon and stopped to look for it. Pepper walked. He did not
    trot, and he did not hurry; he walked down the high street as he did on every
    Friday.

    "Faster!" cried the people. "Faster, Pepper!"

    At the bakery Thunder smelled the new bread. He turned his head, and the rest
    of him followed, and he ran in at one door of the bakery and could not find
    the other. At the pump, Salt got hold of Vinegar's ear. At the harbour the
    donkey from Marrow Bay saw the sea, thought of home, and jumped in. Duchess
    had found her ribbon, and ate it.

    Pepper walked to the harbour, touched the bollard with his nose, turned round,
    and walked back. When he passed the bakery he smelled the bread as well. But
    he had carried the flour for it on Friday, and knew what it was made of.

    "The winner," said Mr. Quill, "is Pepper, in 41 minutes and 10 seconds."

    "It is the slowest race that was ever won," said the man from the upper farm.

    "It may be," said Oswin Barley, "but it was won." And Pepper got a wreath of
    oats, and ate it in front of everybody, slowly, from left to right.

    Fish stew for the fair, as they make it at the harbour
    You need, for 20 people:
    4 kg of fish, of 3 kinds at least
    3 kg of potatoes
    1 kg of onions
    1 kg of carrots
    200 g of butter
    2 litres of milk
    3 litres of water
    40 g of salt
    Pepper, parsley, and a clean spade
    Cut everything as large as your thumb. Melt the butter in the big kettle, and
    let the onions grow soft in it. Add the carrots, the potatoes, the water and
    the salt, and boil for 15 minutes. Lay the fish on top, and let it steam for
    10 minutes more; do not stir now. Pour in the milk, taste, and strew the
    parsley. Stir once, with the spade, from the bottom. Ring the bell and step
    aside.

    Prices at the fair, 21 June
    Fish stew, a bowl: €4.00
    Lemonade, a glass: €1.00
    Cider, a mug: €2.20
    Gingerbread heart: €1.80
    A ride on Pepper: €0.50
    Throwing at tins, 3 balls: €1.00
    Having your fortune told by Old Nell: €2.00
    Having it told again, better: €3.00

    From the counting book of Marta Crumb
    Bowls of stew: 318. Bowls for the gentleman in the straw hat: 3. He had lovely
    manners and long teeth.
    Gingerbread hearts: 150. Broken hearts: 4, eaten by the council.
    Minutes that Pepper needed: 41. Seconds: 10. Hurry: 0.
    Doors of this bakery before the race: 2. After it: 1 and a half.
    Length of the longest day: 16 hours and 54 minutes, and it was too short for
    me.

    A letter from Captain Sørensen to Zoé Marchand

    Porto, 14 June

    Dear Madame Zoé,

    We have sold the oats and bought cork, wine, and 20 crates of lemons. It is so
    hot here that the tar runs out of the deck. At noon nobody moves but the flies
    and the English.

    I write since I have found a coffee that you ought to taste. An old woman
    roasts it over olive wood in a pan as wide as a wheel. I asked her for the
    secret. She said, “I do not stop stirring.” I am bringing you 25 kilos, at
    €7.00 the kilo. If it is too much, I shall drink the rest myself, one Monday
    after another, together with Bram.

    We hope to be home by the 12th of July — if the wind wills it.

    Yours truly,
    Anders Sørensen

    The fox at the fair

    On the evening of the fair Russet the fox sat at the edge of the wood, and
    looked at the lights. He could hear the music. He could smell 20 kinds of
    food, and he counted them twice.

    "If I go as I am, they will chase me," said the fox. "So I must go as somebody
    else."

    He borrowed the straw hat of the scarecrow, who did not mind, and the coat of
    sacks. He stood up on his hind legs and walked into the village, with the hat
    drawn low over his nose.

    At the first stall Old Nell was telling fortunes. "Give me your hand, sir,"
    she said. She looked at the hand for a long time. It was red, and had claws.
    "You will live long," said Old Nell, "as long as you leave hens alone. You
    will make a journey through a field. You have a friend who never speaks. And
    somebody is going to give you a bowl of stew."

    "When?" asked the fox, in a deep voice.

    "Now," said Old Nell, and called, "Marta! A bowl for the gentleman from out of
    town."

    He ate 3 bowls. He threw 3 balls at the tins, and hit all of them. He danced
    with Ivy Penrose, and she said later that he was a fine dancer, but that he
    had trodden on her foot with his tail. At midnight, when the lanterns were put
    out, he bowed to everybody and went home across the field.

    In the morning the scarecrow had his hat again, and the coat. In the pocket
    there was a gingerbread heart. Nobody in Pennywick has ever found out who that
    gentleman was; or, if they have, they do not say so.

    At the smithy, Thursday

    "Bram, can you mend this?"
    "What is it?"
    "It was a bicycle."
    "And what did it run into, Ivy?"
    "The post box."
    "You ride past that post box every day."
    "Yes. And today I did not ride past it."
    "I see. Leave it here. I can straighten it by Saturday. €12.00 for the wheel,
    €5.00 for the fork."
    "And the post box?"
    "That one I mend for nothing. It has suffered enough."

    How to dance the Pennywick Round
    Form a ring of 8 people or more. Take hands. Go 8 steps to the left, and
    stamp; go 8 steps to the right, and stamp. Let go. Turn once on your own, clap
    twice, and bow to the person on your left. That is your partner now, whether
    you like it or not. Link arms and turn 4 times. The inner ones go on by one
    place. Begin again from the start, a little faster. Whoever falls down pays
    for the lemonade.

    A question from the smallest
    "Mr. Quill, who makes the thunder?"
    "The air does, when lightning has torn it and it claps together again."
    "Does it hurt the air?"
    "I don't believe so. It grumbles a bit, and rolls off over the hills."
    "My brother does that as well," said the smallest. "But afterwards he wants to
    be hugged."
    "Perhaps that's what the rain is for," said Mr. Quill.

    Riddles of Old Nell
    What gets bigger the more you take away from it? A hole.
    I follow you all day long, and at night I am gone. What am I? Your shadow.
    What has an eye but cannot see? A needle.
    What goes through the window and does not break the glass? The light.
    Feed me and I live, give me a drink and I die. What am I? Fire, as you know
    from April.

    The boy who wanted the longest day

    Finn Barley did not like to go to bed. "If I had one wish," he said, "then I
    would wish for a day that never ends."

    "You may have the longest one there is," said Old Nell. "It is the 21st of
    June. I give it to you. Use it well."

    So Finn got up at four, before the sun. He helped Marta Crumb with the rolls,
    and he saw the first light come in through the bakery window. He swam in the
    mill pond. He rode in the race. He ate stew with 2 spoons. He won a
    gingerbread heart and gave it to Hazel, who said that it was too hard, and
    kept it. He went out with Old Jory in the sea-coloured boat. He held the bow
    for Bram Holt, between two songs. He climbed the 144 steps and was allowed to
    light the lamp himself.

    It was five past ten. In the west there was still a green stripe above the
    sea.

    "Now," said Tobias Reed, "it is night."

    "Not quite," said Finn. "There's a bit left." He sat down by the window to
    watch it go. First it was as broad as a hand; then it was as thin as a thread;
    and then he was asleep, and the keeper put a coat over him.

    "Well?" asked Old Nell on the next day. "Was it long enough?"

    "It was exactly the right length," said Finn. "I could not have got any more
    in."

    Things that Mr. Quill wrote on the board in June
    On the 21st of June the sun is as high as it will ever be, and so are the
    prices.
    Water boils at 100 degrees and freezes at 0.
    Cork is the bark of an oak tree. It can be peeled every 9 years.
    Lightning likes the highest thing. Do not be the highest thing.
    A donkey can carry 50 kilograms, and an opinion.
    6 donkeys have 24 legs; if one of them sits down, they still have 24.

    A rhyme for the fair
    Come to the fair, and bring you a penny,
    Come with a few or come with a many,
    Come with a fiddle, a drum or a song,
    Come with your granny and bring her along.
    Gingerbread, lemonade, ribbons and lace,
    Pepper the donkey has won him the race;
    Round go the lanterns and round goes the tune,
    Nobody sleeps on the longest of June.

    The council met on 30 June at 19:00. Present: all. The fair took in €612.50
    and cost €418.20, so that €194.30 remain for the roof of the church. One
    bakery door has to be mended. The donkey from Marrow Bay has been fetched
    home; it took 2 boats. It was asked who had been the gentleman with the straw
    hat. Old Nell, who is not on the council, said from the back of the room that
    he had paid. Closed at 20:50.
    """#
}
