/// Neutral news-like and how-to sentences, each labelled with its topic.
extension EmbeddedData {
  /// Sentences about one of five topics, one `label<TAB>text` a line.
  ///
  /// The lines are grouped by label: `science`, `sport`, `business`, `technology`, `cooking`.
  static let topic = """
    science\tAstronomers measured the faint light of a distant galaxy with a new telescope.
    science\tThe researchers found that certain bacteria can digest plastic in warm sea water.
    science\tCells store energy in small molecules and release it when muscles contract.
    science\tA study of fossil teeth shows what early mammals ate during the Jurassic.
    science\tWater molecules are held together by weak hydrogen bonds.
    science\tPhysicists observed a rare particle decay inside an underground detector.
    science\tThe experiment tested how quickly seeds germinate under red and blue light.
    science\tGenes that control eye colour are inherited from both parents.
    science\tScientists drilled ice cores in Antarctica to study the climate of the distant past.
    science\tThe planet orbits its star once every eleven days, according to the new measurements.
    science\tVolcanic gases can cool the atmosphere by reflecting sunlight back into space.
    science\tIn the laboratory, the chemists heated the salt until it gave off oxygen.
    science\tBees recognise flowers by colour, scent and faint electric fields, biologists report.
    science\tGravity bends light, an effect first measured during a solar eclipse.
    science\tThe human brain contains roughly eighty six billion neurons.
    science\tA vaccine trains the immune system to recognise the proteins of a virus.
    science\tGeologists dated the rock at three billion years by measuring its uranium.
    science\tThe hypothesis was rejected after a second experiment gave the opposite result.
    science\tWhales evolved from land mammals that walked on four legs.
    science\tElectrons move through a superconductor without any resistance at very low temperatures.
    science\tMarine biologists counted coral species on the reef before and after the warm season.
    science\tThe comet has a nucleus of ice and dust and a tail millions of kilometres long.
    science\tEnzymes are proteins that speed up chemical reactions in living cells.
    science\tResearchers tracked the migration of Arctic terns with tiny sensors.
    science\tThe theory predicts that the universe expands faster as galaxies move apart.
    science\tPlants absorb carbon dioxide and release oxygen during photosynthesis.
    science\tA team of scientists discovered a new species of frog with transparent skin.
    science\tThe spectrum of the star reveals traces of helium, sodium and iron.
    science\tMice in the study slept longer when the temperature fell.
    science\tEarthquakes produce two kinds of waves, which travel through rock at different speeds.
    science\tThe DNA of the ancient bones was compared with that of modern humans.
    science\tA magnetic field deflects charged particles that stream from the sun.
    science\tEcologists observed that wolves change the behaviour of deer and thus the growth of forests.
    science\tThe acid reacts with the metal and produces hydrogen gas.
    science\tLight from the supernova reached Earth after travelling for millions of years.
    science\tFungi exchange minerals with the roots of trees, several studies have shown.
    science\tThe orbit of Mercury shifts slightly because space is curved near the sun.
    science\tAtoms of gold have seventy nine protons in their nucleus.
    science\tPalaeontologists uncovered the skeleton of a feathered dinosaur in a layer of clay.
    science\tNew measurements suggest that the ocean absorbs more heat than scientists had estimated.
    science\tAntibiotics kill bacteria but have no effect on a virus.
    science\tThe probe landed on the asteroid and collected dust for chemical analysis.
    science\tNeutrons and protons consist of smaller particles called quarks.
    science\tBiologists give every species a Latin name made of two words.
    science\tOctopuses can solve puzzles, a finding that interests researchers who study intelligence.
    science\tSound travels faster through water than through air, because water is harder to compress.
    science\tThe rings of Saturn are made of ice particles and rock.
    science\tUnder the microscope, the tissue shows damaged cells around the nerve.
    science\tThe study followed nine hundred patients and measured their blood pressure for ten years.
    science\tA glacier flows slowly downhill as the ice deforms under its own weight.
    science\tMutations in a single gene can change the shape of a protein.
    science\tThe pendulum swings with a period that depends only on its length and gravity.
    science\tBotanists examined how the orchid attracts insects by imitating their scent.
    science\tDark matter neither emits nor absorbs light, yet its gravity holds galaxies together.
    science\tChemists described a molecule shaped like a knot of carbon atoms.
    science\tThe moon moves away from Earth by a few centimetres each year.
    science\tLightning heats the air to temperatures hotter than the surface of the sun.
    science\tSamples of soil from the crater contain minerals that form only in water.
    science\tBiologists found that the bacteria survive without oxygen deep beneath the sea floor.
    science\tRadioactive atoms decay at a rate described by their half life.
    science\tThe experiment with twins showed how genes and environment influence height.
    science\tButterflies taste with their feet, and their wings are covered in tiny scales.
    science\tScientists recorded the electrical activity of neurons in a sleeping fly.
    science\tTemperature and pressure determine whether carbon becomes graphite or diamond.
    science\tThe ozone layer absorbs ultraviolet radiation in the upper atmosphere.
    science\tFossils of fern leaves prove that the climate in Antarctica was once mild.
    science\tA chemical signal tells the cells of the embryo where to form limbs.
    science\tGravitational waves were detected when two black holes merged.
    science\tThe telescope observed methane in the atmosphere of a distant planet.
    science\tEvolution by natural selection explains why island species differ from their mainland ancestors.
    science\tResearchers measured how much carbon is stored in peat and forest soil.
    science\tThe nerve impulse crosses the gap between neurons by means of chemicals.
    science\tWhether water once flowed on Mars is a question that geologists still study.
    science\tPhysicists cooled atoms to almost absolute zero and observed a new state of matter.
    science\tThe tide rises because the gravity of the moon pulls on the ocean.
    science\tViruses cannot reproduce outside the cells of a host.
    science\tA laboratory in Uppsala published a study of proteins that fold in the wrong way.
    science\tInsects breathe through small tubes that carry oxygen directly to their tissue.
    science\tThe mass of the particle was measured with greater precision than in any earlier experiment.
    science\tStars form when clouds of gas and dust collapse under gravity.
    science\tThe scientists observed that crows remember human faces for years.
    science\tCrystals grow slowly when a solution of salt cools and water evaporates.
    science\tHormones travel in the blood and regulate growth, sleep and hunger.
    science\tSpectra of the nebula show hydrogen glowing red in ultraviolet light.
    science\tBats locate insects by listening to the echo of their own ultrasonic calls.
    science\tEvery symmetry in physics implies a law of conservation, such as that of energy.
    science\tAcid in sea water dissolves the shells of young sea urchins, an experiment found.
    science\tBlood carries oxygen bound to a protein that contains iron.
    science\tScientists study how bacteria exchange genes.
    science\tThe atmosphere of Venus consists mostly of carbon dioxide.
    science\tParticles of dust in the atmosphere scatter blue light more than red light.
    science\tBiologists observed that the cells divide faster when oxygen is scarce.
    science\tPhysicists measured the energy of electrons emitted by the radioactive metal.
    science\tChemical reactions release energy when stronger bonds form between atoms.
    science\tHot stars emit more ultraviolet light than cool stars, astronomers explain.
    science\tResearchers discovered fossils of an early bird in volcanic ash.
    science\tThe nucleus of a cell contains DNA wound around proteins.
    science\tAn experiment in the laboratory showed that ants measure distance by counting steps.
    science\tThe moon formed when a body the size of Mars struck the young Earth.
    science\tGeologists study how continents move apart as molten rock rises from below.
    science\tThe hypothesis predicts that larger animals live longer, and the measurements agree.
    science\tNeurons communicate by chemical signals that cross a narrow gap.
    science\tWhite blood cells are part of the immune system and destroy bacteria in damaged tissue.
    science\tComets contain ice that evaporates when their orbit brings them near the sun.
    science\tThe species was thought extinct until biologists observed it in a remote forest.
    science\tUltraviolet radiation damages the DNA of skin cells.
    science\tAstronomers discovered a planet that orbits two stars.
    science\tRising temperatures change the migration of insects and birds, a study shows.
    science\tThe acid in the solution reacts with iron atoms and turns green.
    science\tScientists compared the genes of wheat with those of wild grasses.
    science\tEnergy from the sun drives winds, ocean currents and photosynthesis.
    science\tThe electric charge of a proton equals that of an electron, with opposite sign.
    science\tGlaciers store ancient air in bubbles that scientists analyse in the laboratory.
    science\tMolecules of gas move faster as the temperature rises.
    science\tA theory of how planets form must explain why their orbits lie almost in one plane.
    science\tThe magnetic field of Earth reverses at irregular times, as volcanic rock reveals.
    science\tResearchers observed chimpanzees using stones to crack nuts.
    science\tThe study measured how hormones influence the sleep of adolescents.
    science\tBlack holes bend light so strongly that it cannot escape their gravity.
    science\tFossil pollen tells scientists which plants grew after the last ice age.
    science\tThe telescope detected radio waves from a rapidly rotating star.
    science\tMuscle tissue grows when damaged cells are repaired with new proteins.
    science\tEvolution shaped the beak of each finch species to its food.
    science\tA laser cools the gas until its atoms hardly move.
    science\tThe ozone molecule consists of three oxygen atoms.
    science\tResearchers found that trees release chemical signals when insects attack.
    science\tSolar radiation heats the surface of the planet, and the gases above it absorb infrared light.
    sport\tThe striker scored twice in the second half to win the match.
    sport\tHeavy rain delayed the start of the tennis final by two hours.
    sport\tThe home team lost three goals to two after extra time.
    sport\tShe won the marathon in just under two hours and twenty minutes.
    sport\tThe goalkeeper saved a penalty in the last minute of the cup final.
    sport\tOur captain was sent off for a late tackle in the first half.
    sport\tThe sprinter set a national record in the two hundred metres.
    sport\tA double fault on match point ended her run at the tournament.
    sport\tThe coach praised his players after their fifth victory of the season.
    sport\tCyclists climbed three mountain passes on the hardest stage of the race.
    sport\tThe batsman reached his century before lunch on the second day of the Test match.
    sport\tBoth teams play again on Saturday in the semi-final of the league cup.
    sport\tThe swimmer broke the world record for the hundred metres butterfly.
    sport\tInjury keeps the midfielder out of the squad for six weeks.
    sport\tThe rugby side scored four tries and won by nineteen points.
    sport\tFans cheered as the rowers crossed the finish line ahead of their rivals.
    sport\tThe referee awarded a penalty after watching the replay.
    sport\tThe skier fell in the first run but took bronze in the slalom.
    sport\tShe defeated the champion in straight sets to reach the quarter-final.
    sport\tThe defender headed the ball over the bar from a corner.
    sport\tA hat-trick from the young forward sent the visitors to the top of the league.
    sport\tThe gymnast scored highest on the beam and won the gold medal.
    sport\tRain stopped play with the visitors needing forty runs to win.
    sport\tThe boxer retained his title with a knockout in the ninth round.
    sport\tThe basketball players trailed by twelve points at half-time but won the game.
    sport\tThe relay team dropped the baton and lost their chance of a medal.
    sport\tThe golfer made five birdies and leads the tournament by two shots.
    sport\tPolish champion Łukasz Wróbel threw the javelin further than anyone this season.
    sport\tThe winger crossed the ball and the captain scored with a header.
    sport\tThe club's ice hockey players lost the opening game of the play-offs.
    sport\tTraining starts at seven, and the coach expects every player on the pitch.
    sport\tThe bowler took six wickets for thirty runs in the morning.
    sport\tThe jockey rode the favourite to victory in the final race of the day.
    sport\tThe national team drew nil-nil with Norway in a friendly match.
    sport\tThe world champion withdrew from the race because of a knee injury.
    sport\tHe served eleven aces and won the match in three sets.
    sport\tThe women's team won the European Championship for the second time.
    sport\tThe driver took pole position and led the race until his tyre burst.
    sport\tTwo late goals secured the title for the home side on the last day of the season.
    sport\tThe handball players celebrated a narrow victory over their old rivals.
    sport\tThe runner overtook three opponents on the last lap to win gold.
    sport\tThe match ended in a draw after both goalkeepers made brilliant saves.
    sport\tThe Olympic rowing final was postponed because of strong winds.
    sport\tThe manager changed his goalkeeper before the penalty shoot-out.
    sport\tSpectators filled the stadium for the first derby of the season.
    sport\tThe judo champion threw her opponent in the opening minute.
    sport\tRelegation now looks certain after the team's ninth defeat in a row.
    sport\tThe cyclist wears the yellow jersey after winning the time trial.
    sport\tThe sailors finished second in the regatta behind the crew from Auckland.
    sport\tThe pitcher struck out ten batters in seven innings.
    sport\tA young defender makes his debut for the first team on Sunday.
    sport\tThe hurdler stumbled at the last obstacle and finished fourth.
    sport\tThe volleyball tournament begins on Friday with matches in three stadiums.
    sport\tThe rugby captain kicked the winning points in the last minute.
    sport\tThe long jumper qualified for the final with her first attempt.
    sport\tThe squad trained in the mountains before the World Cup qualifiers.
    sport\tFour players were shown yellow cards in a bad-tempered match.
    sport\tThe seventh seed lost in the second round of the tennis tournament.
    sport\tThe tall forward scored with a shot from outside the penalty area.
    sport\tThe fencer beat the Olympic champion by a single point.
    sport\tThe wicketkeeper caught the last batsman and the match was over.
    sport\tThe archers shot their final arrows in calm weather, and Korea took gold.
    sport\tOur team finished third in the league, four points behind the leaders.
    sport\tThe snooker player potted every ball to win the deciding frame.
    sport\tThe weightlifter raised two hundred kilos and won silver.
    sport\tThe triathlon starts with a swim in the harbour and ends with a run through the stadium.
    sport\tThe visitors scored first, but the hosts equalised before half-time.
    sport\tThe badminton pair saved three match points and reached the final.
    sport\tFourteen thousand fans watched the netball champions win again.
    sport\tThe patience of the coach brought the team its first trophy.
    sport\tThe speed skater won her third medal of the Winter Games.
    sport\tThe fast bowler injured his shoulder and will miss the rest of the series.
    sport\tThe hosts beat Denmark by six goals in the opening match of the tournament.
    sport\tThe ball hit the post, and the rebound fell to the striker.
    sport\tThe substitute ran fifty metres with the ball and scored.
    sport\tThe race leader crashed on the wet descent and lost four minutes.
    sport\tThe goalkeeper dived to his left and kept out the free kick.
    sport\tThe high jumper cleared two metres and won the meeting in Zürich.
    sport\tThe team's new striker has scored nine goals in his first eight games.
    sport\tBoth cricketers passed fifty before the innings closed.
    sport\tThe final whistle blew, and the fans ran onto the pitch to celebrate promotion.
    sport\tThe athlete trains twice a day for the decathlon championships.
    sport\tShe served for the match but lost the game and later the set.
    sport\tThe squash champion defended her title without dropping a game.
    sport\tThe wrestlers from Turkey took three medals on the first day.
    sport\tThe coach picked an unchanged team for the second leg.
    sport\tThe canoeist missed a gate and finished outside the medals.
    sport\tThe league leaders were beaten at home for the first time this season.
    sport\tA stunning free kick in the last minute won the derby for the hosts.
    sport\tThe home team won in extra time.
    sport\tShe scored the winning goal in the cup final.
    sport\tThe tennis champion lost the first set but won the match.
    sport\tThe captain missed a penalty and his team lost the semi-final.
    sport\tHe finished third in the marathon and won his first medal.
    sport\tThe players celebrated the league title with their fans in the stadium.
    sport\tThe young goalkeeper made nine saves in the second half.
    sport\tBoth captains were shown yellow cards in the first half of the derby.
    sport\tShe leads the race after the second stage and the climb to the finish.
    sport\tThe cricket captain scored eighty runs before tea on the third day.
    sport\tThe Olympic champion won gold again in the eight hundred metres.
    sport\tFour teams are still in the tournament, and the final is on Sunday.
    sport\tThe coach was angry with the referee after the defeat.
    sport\tThe rowing crew trained all winter and won the regatta by two lengths.
    sport\tThe rugby match was drawn after a late try by the visitors.
    sport\tHe won the tournament without losing a set.
    sport\tThe driver won the opening race of the season, and his rival finished fourth.
    sport\tThe players trailed at half-time but scored three goals in ten minutes.
    sport\tThe team beat the champions and moved to second in the league.
    sport\tAn injured knee forced the skier to miss the world championships.
    business\tShare prices fell sharply after the central bank raised interest rates.
    business\tInflation slowed to three per cent in August, helped by cheaper fuel.
    business\tExports of steel rose by a tenth in the second quarter.
    business\tInvoices must be paid within thirty days of receipt.
    business\tRetail sales grew faster than economists had expected.
    business\tThe euro gained against the dollar as traders sold American bonds.
    business\tQuarterly profits dropped because of higher wages and rising costs.
    business\tInvestors moved their money from shares into gold and government bonds.
    business\tUnemployment fell to its lowest rate in nine years.
    business\tHouse prices rose by four per cent over the year.
    business\tThe merger would create the largest insurer in the market, with annual revenue of nine billion.
    business\tSmall firms complain that loans have become too expensive.
    business\tOil prices climbed above ninety dollars a barrel on supply fears.
    business\tAnalysts expect dividends to grow as profits recover.
    business\tThe budget deficit widened because tax receipts fell short of forecasts.
    business\tWages rose by five per cent, but prices increased even faster.
    business\tA weaker pound makes imports dearer and exports more competitive.
    business\tThe stock market closed higher after strong earnings from two banks.
    business\tCustomers who pay the invoice early receive a two per cent discount.
    business\tDemand for copper pushed prices to a record on the London exchange.
    business\tThe tariff on imported cars will cost consumers several hundred pounds each.
    business\tEconomists forecast slow growth and falling interest rates next year.
    business\tShareholders approved the takeover at a price of twelve euros a share.
    business\tRents in the capital rose twice as fast as wages.
    business\tBond yields fell as investors bet on lower inflation.
    business\tTurnover doubled, yet the accounts still show a loss.
    business\tThe price of wheat fell after a good harvest and weak demand.
    business\tMortgage rates have risen to their highest level for a decade.
    business\tImports of gas cost the economy two billion more than last year.
    business\tValue added tax is charged on most sales and reported every quarter.
    business\tTraders expect the central bank to keep rates on hold.
    business\tCash flow matters more than profit when suppliers must be paid.
    business\tConsumer spending slowed in the third quarter as credit became dearer.
    business\tThe auction of government debt raised four billion euros at a low rate.
    business\tCar sales dropped by a fifth while stocks of unsold vehicles grew.
    business\tRising costs forced many retailers to increase their prices in spring.
    business\tEarnings per share rose eleven per cent, and the dividend was doubled.
    business\tFactory orders fell for the third month, a sign of weaker growth.
    business\tThe trade surplus shrank as exports to China declined.
    business\tLenders tightened their rules on credit for first-time buyers.
    business\tCoffee futures jumped after frost damaged crops in Brazil.
    business\tAnnual revenue from advertising fell, while income from subscriptions grew.
    business\tBusiness confidence rose in May on hopes of lower taxes.
    business\tThe index of leading shares gained two per cent in heavy trading.
    business\tFreight costs have tripled, and importers pass the increase on to buyers.
    business\tPension funds bought bonds as yields rose above four per cent.
    business\tThe loan must be repaid with interest over five years.
    business\tMarkets reacted calmly to news of the minister's budget.
    business\tProfit margins shrink when raw materials become expensive.
    business\tVenture capital for start-ups fell by half in the first quarter.
    business\tOverheads such as rent and insurance are deducted before profit is calculated.
    business\tThe minimum wage will increase by sixty pence an hour in April.
    business\tThe price of natural gas halved as storage filled and demand weakened.
    business\tBorrowing costs rose for companies with large debts and small profits.
    business\tGross domestic product grew by half a per cent in the last quarter.
    business\tSales of luxury goods slowed as Asian buyers spent less.
    business\tA shortage of skilled workers pushed up wages in construction.
    business\tBankruptcies among restaurants increased as energy bills and rents rose.
    business\tThe currency lost a third of its value, and imports became unaffordable.
    business\tStock prices recovered on Friday after four days of losses.
    business\tThe cost of sugar and cocoa drove up prices in the shops.
    business\tBuyers negotiated a lower price in return for a larger order.
    business\tTax cuts increased spending but also widened the deficit.
    business\tQuarterly sales reached two hundred million euros, eight per cent above forecast.
    business\tThe takeover bid values the brewery at forty pence a share.
    business\tSavings accounts now pay more interest than at any time since the crisis.
    business\tDepreciation of machinery is entered as a cost in the annual accounts.
    business\tExport orders for machine tools increased despite the strong currency.
    business\tInvestors fear that higher tariffs will slow growth and raise prices.
    business\tThe recession ended in spring, when output and exports started to grow.
    business\tSupermarkets cut the price of milk, and farmers' incomes fell.
    business\tCommercial property values declined as offices stood empty and rents fell.
    business\tThe market for electric cars grew by a third last year.
    business\tA fall in the yen lifted the profits of Japanese exporters.
    business\tAuditors found errors in the accounts and reduced the reported profit.
    business\tConsumers paid less for fuel but more for food and rent.
    business\tAirline shares rose on cheaper oil and strong holiday bookings.
    business\tInterest on the overdraft is charged monthly at nine per cent.
    business\tWholesale electricity prices fell below zero on a windy Sunday.
    business\tEconomists warn that rising debt may lead to higher taxes.
    business\tFranchise owners pay a fee and a share of their sales.
    business\tSuppliers raised prices twice this year, citing wages and transport costs.
    business\tThe initial public offering priced the shares at eighteen dollars.
    business\tInvestment in new factories fell as borrowing became more expensive.
    business\tSilver traded at its highest price for seven years.
    business\tThe insurer's premium income rose, but claims after the floods wiped out its profit.
    business\tHousehold debt has grown faster than income since the last recession.
    business\tDemand for office space weakened, so landlords offered lower rents.
    business\tBanks reported higher profits as interest rates rose.
    business\tPrices rose again in March.
    business\tThe central bank cut interest rates to support growth.
    business\tBank shares fell on fears of higher losses on loans.
    business\tTraders sold the euro as growth slowed and bond yields fell.
    business\tThe stock market lost three per cent after weak sales figures.
    business\tHigher prices for sugar and coffee increased the costs of importers.
    business\tProfits rose by a fifth, and shareholders will receive a higher dividend.
    business\tSmall firms face higher interest on loans and rising energy costs.
    business\tThe merger cut costs and increased profit by nine per cent.
    business\tThe takeover price of four billion euros surprised the market.
    business\tMarket analysts expect prices to fall as supply grows.
    business\tInvoices in foreign currency are converted at the exchange rate of the day.
    business\tThe budget raises taxes on profits and cuts spending.
    business\tInvestors bought shares in banks on hopes of higher interest rates.
    business\tThe export of machinery fell by a tenth as tariffs increased costs.
    technology\tThe software update fixes a security flaw in the web browser.
    technology\tEngineers designed a chip that uses half the power of its predecessor.
    technology\tThe new smartphone has a folding screen and three cameras.
    technology\tUsers can encrypt their files with a password before they upload them.
    technology\tA bug in the operating system caused laptops to crash after start-up.
    technology\tThe programmer rewrote the code in Swift and halved its memory use.
    technology\tRobots now sort parcels with cameras and software trained on millions of images.
    technology\tThe app stores your data in the cloud and synchronises it across devices.
    technology\tHackers stole passwords from a server that had not been updated.
    technology\tThe router supports the latest wireless standard and connects forty devices.
    technology\tA neural network running on the phone turns speech into text.
    technology\tThe database was moved to faster servers overnight.
    technology\tTo reset the device, hold the power button until the screen turns off.
    technology\tThe electric car charges its battery in twenty minutes with a new connector.
    technology\tDevelopers can download the source code and compile it themselves.
    technology\tThe browser blocks trackers and warns users about unsafe websites.
    technology\tThree-dimensional printers build plastic parts layer by layer from a digital model.
    technology\tThe processor has eight cores and a large cache.
    technology\tAn algorithm compresses the video so that it streams over slow connections.
    technology\tThe website was offline for hours because of a faulty server configuration.
    technology\tThe drone uses radar and cameras to avoid obstacles.
    technology\tTwo-factor login protects the account even if the password is stolen.
    technology\tThe search engine indexes billions of web pages on thousands of servers.
    technology\tThe keyboard connects to the tablet by Bluetooth and charges over a cable.
    technology\tOpen-source libraries let programmers share code and fix bugs together.
    technology\tThe graphics card renders games at high resolution.
    technology\tOld laptops run faster with a solid state drive and more memory.
    technology\tThe chatbot answers customer emails using a large language model.
    technology\tFibre cables bring fast internet to villages without mobile coverage.
    technology\tThe update adds a dark mode and a new keyboard to the app.
    technology\tThe compiler reports an error when a variable is used before it is set.
    technology\tSensors in the smart thermostat send data to an app on your phone.
    technology\tThe malware spreads through email attachments and encrypts the hard drive.
    technology\tThe programming interface returns data in a compact binary format.
    technology\tA touch screen replaced the buttons on the dashboard of the new car.
    technology\tBackups should be stored on a separate drive and tested regularly.
    technology\tThe memory chip keeps its data when the power is switched off.
    technology\tThe virtual reality headset tracks the eyes of the user.
    technology\tA software engineer fixed the bug by adding a single line of code.
    technology\tThe satellite network delivers internet access to ships and aircraft.
    technology\tThe spreadsheet program now imports files from other applications.
    technology\tMicrochips are etched with ultraviolet light onto wafers of silicon.
    technology\tThe voice assistant runs offline and keeps recordings on the device.
    technology\tAdministrators can block the network port with a simple firewall rule.
    technology\tThe smartwatch measures the pulse and alerts the user through an app.
    technology\tThe game console downloads updates while it is in standby mode.
    technology\tMachine learning models need powerful processors and lots of training data.
    technology\tThe camera's software removes noise from pictures taken in the dark.
    technology\tThe web server handles ten thousand requests a second on one processor.
    technology\tQuantum computers could one day break the encryption used on the internet.
    technology\tThe laptop's battery lasts sixteen hours with the screen dimmed.
    technology\tThe new version of the app works without an internet connection.
    technology\tThe wireless earphones switch automatically between phone and laptop.
    technology\tAn open protocol lets messaging apps from different developers talk to each other.
    technology\tPhishing emails trick users into typing passwords on fake websites.
    technology\tThe self-driving bus detects pedestrians with laser sensors and software.
    technology\tThe code was tested on every platform before the release.
    technology\tThe tablet's screen refreshes a hundred and twenty times a second.
    technology\tThe plug-in adds spelling checks to the text editor.
    technology\tThe data centre cools its servers with water from a nearby lake.
    technology\tMobile networks use higher frequencies to transmit more data.
    technology\tThe printer driver must be installed before the cable is plugged in.
    technology\tThe encryption key never leaves the secure chip inside the phone.
    technology\tA computer program now checks the code for bugs before each release.
    technology\tThe robot arm is controlled by a tablet and learns from demonstration.
    technology\tDevelopers moved the app from a single server to the cloud.
    technology\tScreen readers describe web pages to blind users.
    technology\tThe digital signature proves that the file was not altered.
    technology\tThe update slowed down older phones, so engineers withdrew it.
    technology\tThe installer asks for a folder and copies the program files.
    technology\tThe video call software blurs the background on slow computers too.
    technology\tThe USB connector transfers data and power through one cable.
    technology\tThe machine translation app reads signs through the phone's camera.
    technology\tServers in the network share the load when traffic rises.
    technology\tThe battery management software stops charging at eighty per cent.
    technology\tType the command in the terminal to list all the files in the folder.
    technology\tThe spam filter learns from emails that users mark as unwanted.
    technology\tA new transistor design lets processors run faster without overheating.
    technology\tThe smart speaker's microphone can be switched off with a button.
    technology\tThe web page loads faster after the developers compressed its images.
    technology\tThe operating system now isolates each app to protect the user's data.
    technology\tThe laptop has two ports, a bright display and a fingerprint sensor.
    technology\tProgrammers use version control to track changes in the source code.
    technology\tThe cloud service encrypts files on the device before the upload.
    technology\tThe navigation app downloads maps so that it works offline.
    technology\tComputer graphics software simulates hair and water on many processors at once.
    technology\tThe app crashes on older devices.
    technology\tSoftware on the server checks each password against a list of stolen ones.
    technology\tUsers can switch off tracking in the settings of the app.
    technology\tThe robot vacuum maps the rooms with a laser and a small camera.
    technology\tEngineers tested the battery of the electric bus on a digital model.
    technology\tThe new processor runs neural networks directly on the device.
    technology\tA programmer found the security flaw while testing the login page.
    technology\tThe web app stores passwords in encrypted form in the database.
    technology\tComputers on the network receive their address from the router.
    technology\tThe phone's software update improves battery management and the camera.
    technology\tThe drone's batteries are charged automatically on a landing pad with wireless power.
    technology\tDigital maps are downloaded to the device before the user goes offline.
    technology\tThe algorithm sorts millions of records in memory in less than a second.
    technology\tCloud servers run the code only when users send requests.
    technology\tInstall the driver, restart the computer and connect the printer by cable.
    technology\tThe headset connects to the computer over a wireless network.
    technology\tA faulty update left thousands of computers with a blue screen.
    technology\tThe virtual machine runs an older operating system inside a window.
    technology\tThe sensor chip turns light into digital data.
    technology\tThe developers released the source code of the text editor.
    technology\tThe email program encrypts messages automatically if both users have keys.
    technology\tIndustrial robots are programmed by moving their arm by hand.
    technology\tA digital assistant on the laptop summarises documents and emails.
    technology\tThe smart meter sends its data to a server every hour.
    technology\tThe video game uses the graphics card to simulate reflections.
    technology\tMachine vision software detects faulty parts with a camera above the conveyor.
    technology\tClick the icon on the screen to open the program's settings.
    technology\tThe fingerprint sensor unlocks the phone without a password.
    technology\tThe satellite phone works where there is no mobile network.
    technology\tThe file format stores pictures in half the memory.
    technology\tTwo lines of code caused the bug that took the website offline.
    technology\tA language model writes program code from a short description by the user.
    technology\tThe search algorithm ranks web pages by the links that point to them.
    technology\tThe device has a microphone, a touch screen and a slot for a memory card.
    technology\tUsers of the browser can now group web pages in tabs.
    technology\tAutonomous trucks combine radar, cameras and software to stay in lane.
    technology\tThe backup program copies new files to the cloud drive every night.
    technology\tSilicon chips with smaller transistors use less power.
    technology\tThe keyboard app predicts the next word with a small neural network.
    technology\tHackers used a flaw in the router's software to read data on the network.
    cooking\tChop the onions finely and fry them in butter until golden.
    cooking\tWhisk the eggs with sugar, then fold in the flour.
    cooking\tSimmer the sauce for twenty minutes, stirring now and then.
    cooking\tPreheat the oven to two hundred degrees and grease a baking tin.
    cooking\tAdd a pinch of salt to the pasta water before it boils.
    cooking\tMarinate the chicken overnight in yoghurt, garlic and lemon juice.
    cooking\tKnead the dough for ten minutes and leave it to rise in a warm place.
    cooking\tPeel the potatoes, cut them into chunks and boil until tender.
    cooking\tSprinkle grated cheese over the gratin and bake until brown.
    cooking\tToast the cumin seeds in a dry pan before grinding them.
    cooking\tPour the batter into a hot pan and turn the pancake when bubbles appear.
    cooking\tSeason the lamb with rosemary, salt and black pepper.
    cooking\tMelt the chocolate over simmering water and stir in the cream.
    cooking\tSoak the beans overnight, drain them and cook with a bay leaf.
    cooking\tA good risotto needs hot stock, added one ladle at a time.
    cooking\tRoast the carrots with honey and thyme for half an hour.
    cooking\tMix olive oil, vinegar and mustard to make a simple dressing.
    cooking\tSteam the fish over ginger and spring onions for eight minutes.
    cooking\tRoll out the pastry on a floured board and line the tin.
    cooking\tLet the roast rest for a quarter of an hour before carving.
    cooking\tBlend the tomatoes with basil and garlic until smooth.
    cooking\tBeat the egg whites until stiff and fold them gently into the mixture.
    cooking\tCover the rice with water, bring to the boil and reduce the heat.
    cooking\tRub the butter into the flour until the mixture looks like crumbs.
    cooking\tSlice the aubergine, salt it and fry in olive oil.
    cooking\tServe the stew with crusty bread and a spoonful of sour cream.
    cooking\tBake the biscuits for twelve minutes and cool them on a wire rack.
    cooking\tSqueeze a lemon over the grilled sardines and scatter with parsley.
    cooking\tStir the caramel constantly, because sugar burns quickly in a hot pan.
    cooking\tSauté the mushrooms in butter with a little garlic and thyme.
    cooking\tBrown the beef in batches so that the pan stays hot.
    cooking\tDissolve the yeast in warm milk and add it to the flour.
    cooking\tGrate the courgettes, squeeze out the water and mix with egg and flour.
    cooking\tCrushed garlic and ginger are fried first, then the spices are added.
    cooking\tDrain the pasta and toss it in the sauce with a little of the cooking water.
    cooking\tFor a richer soup, stir in cream and an egg yolk at the end.
    cooking\tThe dough should be soft and elastic, so add flour only a spoonful at a time.
    cooking\tBoil the eggs for six minutes and cool them in cold water.
    cooking\tSpread the jam on the sponge and dust with icing sugar.
    cooking\tHeat the oil in a wok and stir-fry the vegetables over a high flame.
    cooking\tLeave the jelly in the fridge until it has set.
    cooking\tStuff the peppers with rice, herbs and minced lamb, then bake.
    cooking\tGarnish the salad with toasted almonds and chopped mint.
    cooking\tCook the lentils with onion, carrot and bay leaf until soft.
    cooking\tBrush the pastry with beaten egg before it goes into the oven.
    cooking\tJam sets better with a little lemon juice and plenty of sugar.
    cooking\tCrème brûlée is baked in a water bath and topped with burnt sugar.
    cooking\tPoach the pears in red wine with cinnamon and cloves.
    cooking\tAdd the chopped tomatoes and simmer until the sauce thickens.
    cooking\tA slice of stale bread soaked in milk keeps meatballs soft.
    cooking\tTurn the cake out of the tin when it has cooled.
    cooking\tTaste the soup and add more salt, pepper or lemon juice.
    cooking\tThe recipe calls for two cups of flour and a teaspoon of baking powder.
    cooking\tGrill the halloumi on both sides and serve with melon.
    cooking\tScore the skin of the pork and rub it with salt and oil.
    cooking\tFry the bacon until crisp and crumble it over the salad.
    cooking\tMash the potatoes with warm milk, butter and nutmeg.
    cooking\tCoat the fillets in flour, egg and breadcrumbs, then fry until golden.
    cooking\tFresh coriander should be added at the end, as heat ruins its flavour.
    cooking\tReduce the stock by half and whisk in cold butter.
    cooking\tCream the butter and sugar together until pale and fluffy.
    cooking\tSlow-cook the brisket with onions and stout for five hours.
    cooking\tDeglaze the pan with white wine and scrape up the brown bits.
    cooking\tDrizzle the roasted squash with tahini and sprinkle with sesame seeds.
    cooking\tCrush the garlic with salt and stir it into the mayonnaise.
    cooking\tChill the pastry for half an hour before you roll it out.
    cooking\tPickle the cucumbers in vinegar, sugar and dill.
    cooking\tDivide the dough into eight pieces and shape them into rolls.
    cooking\tPorridge is creamier when the oats are soaked in milk.
    cooking\tTear the basil by hand and scatter it over the mozzarella.
    cooking\tBring the stock to the boil, then add noodles and sliced leeks.
    cooking\tToss the chips in oil and bake on a hot tray until crisp.
    cooking\tKnock the air out of the dough, shape a loaf and bake for forty minutes.
    cooking\tBoil sugar and water to a syrup and pour it over the walnut cake.
    cooking\tCut the butter into cubes and keep it cold for flaky pastry.
    cooking\tLayer the sliced potatoes with cream, garlic and grated Gruyère.
    cooking\tCombine the minced beef with onion, egg, breadcrumbs and parsley.
    cooking\tWash the spinach and wilt it in a covered pan with butter.
    cooking\tPaella is cooked in a wide shallow pan over an even heat.
    cooking\tSkim the foam off the broth and simmer gently with ginger and star anise.
    cooking\tStir the polenta until it comes away from the sides of the pan.
    cooking\tThicken the gravy with a spoonful of flour mixed with butter.
    cooking\tZest two oranges into the bowl before squeezing the juice.
    cooking\tFill the dumplings with cabbage and pork, pinch the edges and steam them.
    cooking\tSieve the flour with cocoa and baking powder.
    cooking\tRinse the rice under cold water until it runs clear.
    cooking\tVanilla custard thickens over low heat if you stir it with a wooden spoon.
    cooking\tStir in the chopped parsley and serve.
    cooking\tBake until golden and leave to cool.
    cooking\tFry the garlic and chopped onion in olive oil, then add the tomatoes.
    cooking\tMix the flour, sugar and butter in a bowl and add the eggs one at a time.
    cooking\tRoll the dough into a ball and chill it for an hour.
    cooking\tBoil the noodles until tender, drain them and toss in sesame oil.
    cooking\tBrown butter gives biscuits a nutty flavour.
    cooking\tRoast the peppers in a hot oven until the skin is black, then peel them.
    cooking\tServe the pancakes hot with lemon juice and sugar.
    cooking\tCook the onions slowly over a low heat until soft and brown.
    cooking\tPour the cream into the pan, season with pepper and simmer.
    cooking\tCut the pumpkin into cubes, sprinkle with salt and roast with sage.
    cooking\tWhisk the egg yolks with sugar until thick and pale.
    cooking\tA spoonful of vinegar in the water helps poached eggs keep their shape.
    cooking\tFold the beaten egg whites into the melted chocolate.
    cooking\tTurn the fillets in the pan once the edges are crisp.
    cooking\tGrease the tin with butter and dust it with flour.
    cooking\tAdd the stock, cover the pan and simmer the beef until tender.
    cooking\tSlice the cucumbers thinly and mix with yoghurt, mint and garlic.
    cooking\tTap the bottom of the loaf; if it sounds hollow, take it out of the oven.
    cooking\tUse stale bread for breadcrumbs and dry them in the oven.
    cooking\tGrate the zest of a lemon into the batter and stir gently.
    cooking\tSpread the dough with cinnamon, sugar and butter, and roll it up.
    cooking\tDrop the gnocchi into boiling salted water and cook until they float.
    cooking\tThe bowl should be cold when you whip the cream.
    cooking\tSprinkle the grilled fish with chopped dill and lemon juice.
    cooking\tToss the salad with oil, vinegar and a pinch of salt just before serving.
    cooking\tRipe bananas can be mashed and stirred into the cake mixture.
    cooking\tHeat the milk with vanilla, then pour it slowly onto the egg yolks.
    cooking\tFry the spices in hot oil and add the chickpeas, tomatoes and ginger.
    cooking\tPeel and slice the apples, mix with sugar and cinnamon, and cover with pastry.
    cooking\tLeave the meat in the marinade, turning it once, and grill over a high heat.
    """
}
